import { expect, test } from 'vitest';
import { redactorOf } from '../../../src/core/config/secrets.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';

const config = validateConfig(
  {
    target: {
      orchestration: 'https://vigil:p%40ssw0rd@genesis.example.com?api_key=query-secret',
      smoke: { command: ['x', '{junit}'], env: { API_KEY: 'smoke-key-1', MODE: 'production' } },
    },
    suite: { command: ['x', '{junit}'], env: { TOKEN: 'env:SUITE_TOKEN', NODE_ENV: 'staging-mode' } },
    server: { token: 'env:SERVER' },
    monitoring: { slack: { apiUrlFile: '/run/secrets/slack', channel: '#ops' } },
  },
  'test',
);
const env = {
  SUITE_TOKEN: 'suite-token-1',
  SERVER: 'server-word-1',
  DATABASE_URL: 'postgres://app:db-pass-1@db/app',
  AWS_SECRET_ACCESS_KEY: 'aws-secret-1',
  GOOGLE_APPLICATION_CREDENTIALS: '/etc/google/key.json',
  TOKEN_LIMIT: '100000',
  PWD: '/srv/genesis',
  EDITOR: 'visual-studio',
};
const { redact } = redactorOf(config, env);

test.each([
  'p@ssw0rd',
  'p%40ssw0rd',
  Buffer.from('vigil:p@ssw0rd').toString('base64'),
  'query-secret',
  'smoke-key-1',
  'suite-token-1',
  'server-word-1',
  'db-pass-1',
  'aws-secret-1',
])('%s is not shown', (secret) => {
  expect(redact(`it said ${secret} to us`)).toMatch(/^it said \[redacted\]=* to us$/);
});

test.each([
  'production',
  'staging-mode',
  '/etc/google/key.json',
  '/run/secrets/slack',
  '100000',
  '/srv/genesis',
  'visual-studio',
  '#ops',
  'genesis.example.com',
])('%s is no secret', (text) => {
  expect(redact(`it said ${text} to us`)).toBe(`it said ${text} to us`);
});
