import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { execSecret, freshExecSecret } from '../../../src/core/config/exec-secret.ts';
import { renewSecrets } from '../../../src/core/config/secrets.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { folderWith } from './files.ts';

test('a command whose time is over is run beside everything else, and nobody waits for it where a secret is used', async () => {
  const folder = folderWith({ token: 'first-token', count: '' });
  const [token, count] = [path.join(folder, 'token'), path.join(folder, 'count')];
  const reference = `exec:20ms:echo x >> ${count}; sleep 0.3; cat ${token}`;
  const config = validateConfig(
    {
      services: { api: { url: 'http://h', auth: { bearer: reference } } },
      probes: [{ type: 'http', path: '/', headers: { 'x-token': reference } }],
    },
    'test',
  );
  expect(execSecret(reference)).toBe('first-token');
  writeFileSync(token, 'second-token');
  await sleep(30);
  // Whoever waited for the command would have what it prints now.
  expect(execSecret(reference)).toBe('first-token');

  let turns = 0;
  const turning = setInterval(() => {
    turns += 1;
  }, 10);
  await renewSecrets(config);
  clearInterval(turning);
  expect(turns).toBeGreaterThan(5);
  expect(execSecret(reference)).toBe('second-token');
  // One command for both places that name it.
  expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
});

test('a command that fails leaves what it printed last', async () => {
  const folder = folderWith({ token: 'first-token' });
  const token = `exec:10ms:cat ${folder}/token`;
  const config = validateConfig({ server: { token } }, 'test');
  expect(execSecret(token)).toBe('first-token');
  rmSync(path.join(folder, 'token'));
  await sleep(20);
  await renewSecrets(config);
  expect(execSecret(token)).toBe('first-token');
});

test('a command is run again ahead of its end while what it printed still counts', async () => {
  const folder = folderWith({ token: 'first-token' });
  const reference = `exec:4s:sleep 0.2; cat ${folder}/token`;
  expect(execSecret(reference)).toBe('first-token');
  writeFileSync(path.join(folder, 'token'), 'second-token');
  await sleep(2100);
  // Whoever waited for the command would have what it prints now.
  expect(await freshExecSecret(reference, false)).toBe('first-token');
  await expect.poll(() => execSecret(reference)).toBe('second-token');
});
