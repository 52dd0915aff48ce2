import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactPatterns } from '../../../src/core/text/secret-patterns.ts';
import { secretlintPatterns } from './secretlint-patterns.ts';

test.each(Object.entries(secretlintPatterns))('a token that secretlint knows is hidden: %s', (_, pattern) => {
  fc.assert(
    fc.property(fc.stringMatching(new RegExp(`^${pattern.source}$`)), (token) => {
      const clean = redactPatterns(`refused "${token}", so`);
      expect(clean.replace(/hooks\.slack\.com\/services\//, '')).toMatch(
        /^refused "(?:https:\/\/)?\[redacted\]", so$/,
      );
    }),
    { numRuns: 60 },
  );
});

const made = (begin: string, length = 40) => begin + 'a1B2c3D4'.repeat(13).slice(0, length);

test.each([
  made('AIza', 35),
  made('ya29.'),
  made('GOCSPX-'),
  made('glrt-', 20),
  made('pypi-AgEIcHlwaS5vcmcC'),
  made('whsec_', 32),
  made('xai-'),
  made('NRAK-', 27),
  made('sntrys_'),
  made('dop_v1_'),
  made('123456789:AA', 33),
  `0123456789abcdef0123456789abcdef-us12`,
  `abcdefghij1234.atlasv1.${'x'.repeat(60)}`,
])('and so are others, whatever their length: %s', (token) => {
  expect(redactPatterns(`it said ${token} to us`)).toBe('it said [redacted] to us');
});

test.each([
  ['postgres://app:hunter22@db.example.com:5432/shop', 'postgres://app:[redacted]@db.example.com:5432/shop'],
  ['{"client_secret":"hunter22"}', '{"client_secret":"[redacted]"}'],
  ['"{\\"password\\":\\"hunter22\\"}"', '"{\\"password\\":\\"[redacted]"}"'],
  ['AccountKey=hunter22==;Endpoint=x', 'AccountKey=[redacted];Endpoint=x'],
  ['aws_secret_access_key = hunter22/hunter22', 'aws_secret_access_key = [redacted]'],
  ['//registry.npmjs.org/:_authToken=hunter22', '//registry.npmjs.org/:_authToken=[redacted]'],
])('what stands under the name of a secret is hidden: %s', (text, clean) => {
  expect(redactPatterns(text)).toBe(clean);
});

test.each([
  'genesis_operations_total{service="order-service-7d9f8b6c5-xk2lp"} 12',
  'task-runner and risk-management; the token endpoint is slow',
  'GET /api/v1/users/0123456789abcdef0123456789abcdef took 412 ms',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'at 2026-01-05T09:55:38.400Z: 123456789:80 refused',
  'tests/monitor/loop/clock-and-lock.test.ts > keeps a second one out',
])('ordinary text stays: %s', (text) => {
  expect(redactPatterns(text)).toBe(text);
});
