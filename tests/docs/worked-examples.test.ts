// @module-tag git

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { initFiles } from '../../src/setup/init/init-repository.ts';
import { vigil } from '../scripts/vigil.ts';
import { until } from '../stack/ask.ts';
import { codeBlocks, readDocument, root } from './markdown.ts';

/** A copy of an example, changed as whoever takes it changes it: the address, and `vigil` by its source. */
function copyOf(example: string, edits: Record<string, Record<string, string>>): string {
  // Inside the repository, so that the copy finds Vitest.
  const home = path.join(root, 'reports/.test-suites');
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(path.join(home, 'example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(root, 'examples', example), folder, { recursive: true });
  for (const [file, changes] of Object.entries(edits)) {
    let text = readFileSync(path.join(folder, file), 'utf8');
    for (const [from, to] of Object.entries(changes)) {
      expect(text, file).toContain(from);
      text = text.replaceAll(from, to);
    }
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const source = {
  'vitest-vigil/config': `${root}/src/api/config.ts`,
  'vitest-vigil/vitest': `${root}/src/api/vitest.ts`,
};

async function cycle(cwd: string) {
  const { code, stdout, stderr } = await vigil(['monitor', '--json'], { cwd });
  if (stdout === '') throw new Error(`no document (exit ${code}): ${stderr}`);
  return { code, checks: JSON.parse(stdout).checks as { id: string; outcome: string; reason?: string }[] };
}

test('the check passes, fails with its number and its limit, and is unknown where there is nothing to judge', async () => {
  let queue = { waiting: 3, oldestSeconds: 4, accepted: 120 };
  const shop = http.createServer((_, response) => response.end(JSON.stringify(queue))).listen(0, '127.0.0.1');
  onTestFinished(() => void shop.close());
  await once(shop, 'listening');
  const folder = copyOf('own-check', {
    'vigil.config.ts': {
      'vitest-vigil/config': source['vitest-vigil/config'],
      'http://127.0.0.1:3000': `http://127.0.0.1:${(shop.address() as AddressInfo).port}`,
    },
    'health-tests/vitest.config.ts': { 'vitest-vigil/config': source['vitest-vigil/config'] },
    'health-tests/orders.check.ts': { 'vitest-vigil/vitest': source['vitest-vigil/vitest'] },
  });
  expect(await cycle(folder)).toMatchObject({ code: 0, checks: [{ id: 'W01', outcome: 'pass' }] });

  queue = { waiting: 260, oldestSeconds: 95, accepted: 400 };
  const failed = await cycle(folder);
  expect(failed).toMatchObject({ code: 1, checks: [{ id: 'W01', outcome: 'fail' }] });
  expect(failed.checks[0]?.reason).toContain('age of the oldest order 95 s (must be < 60 s, n = 400)');
  expect(failed.checks[0]?.reason).toContain('orders waiting 260 (must be ≤ 100');

  queue = { waiting: 0, oldestSeconds: 0, accepted: 0 };
  expect(await cycle(folder)).toMatchObject({ code: 2, checks: [{ id: 'W01', outcome: 'unknown' }] });
});

/** Starts the receiver on a command, and says where it listens. */
async function receiver(folder: string, command: string[], token: string): Promise<string> {
  const child = spawn(process.execPath, ['notify-by-command.mjs', '0', ...command], {
    cwd: folder,
    env: { ...process.env, NOTIFIER_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return `http://${/listening on (\S+)/.exec(line)?.[1]}`;
}

test('the notifier gives an alert to its command once, whatever is sent twice, and says so when the command fails', async () => {
  const token = 'a-token-for-the-example';
  const out = (folder: string) => path.join(folder, 'told.txt');
  const tell = (folder: string) =>
    vigil(['monitor', '--test-notifications'], { cwd: folder, env: { NOTIFIER_TOKEN: token } });
  const configured = async (command: (folder: string) => string[]) => {
    const folder = copyOf('notifier', {});
    const url = await receiver(folder, command(folder), token);
    const file = path.join(folder, 'vigil.config.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('http://127.0.0.1:5002', url));
    return { folder, url };
  };

  const well = await configured((folder) => ['tee', '-a', out(folder)]);
  const took = await tell(well.folder);
  expect(took.stdout).toMatch(/^✓ by-command \(webhook\) took it in \d+ ms$/m);
  expect(took.code).toBe(0);
  expect(readFileSync(out(well.folder), 'utf8')).toMatch(/^FIRING .*test/);

  const post = (headers: Record<string, string>) =>
    fetch(well.url, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        alerts: [
          { status: 'firing', labels: { alertname: 'X; touch pwned' }, annotations: { summary: '$(id)' } },
        ],
      }),
    });
  const ours = { authorization: `Bearer ${token}`, 'idempotency-key': 'one' };
  expect((await post({})).status).toBe(401);
  expect((await post(ours)).status).toBe(200);
  expect((await post(ours)).status).toBe(200);
  expect(readFileSync(out(well.folder), 'utf8').match(/X; touch pwned: \$\(id\)/g)).toHaveLength(1);
  expect(existsSync(path.join(well.folder, 'pwned'))).toBe(false);

  const ill = await configured(() => ['false']);
  const refused = await tell(ill.folder);
  expect(refused.stdout).toContain('✗ by-command (webhook) HTTP 502');
  expect(refused.code).toBe(1);
});

test('the pinned release is brought back by a command of one’s own, judged by one’s own probe, and is no longer served', async () => {
  const port = await freePort();
  const address = { 'http://127.0.0.1:3000': `http://127.0.0.1:${port}` };
  const folder = copyOf('pinned-release', { 'vigil.config.json': address });
  const release = path.join(folder, 'release');
  mkdirSync(release);
  cpSync(path.join(folder, 'service.mjs'), path.join(release, 'service.mjs'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', release, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
  git('init', '--quiet');
  for (const tag of ['v1', 'v2']) {
    writeFileSync(path.join(release, 'release.txt'), `${tag}\n`);
    git('add', '--all');
    git('commit', '--quiet', '--message', tag);
    git('tag', tag);
  }
  const env = { SHOP_PORT: String(port) };
  const file = path.join(folder, 'vigil.config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, rollback: { ...config.rollback, env } }));
  const pid = () => Number(readFileSync(path.join(folder, 'shop.pid'), 'utf8'));
  onTestFinished(() => void process.kill(pid(), 'SIGKILL'));
  execFileSync('sh', ['deploy.sh', 'release'], { cwd: folder, env: { ...process.env, ...env } });
  const serves = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await until('v2', async () => (await serves().catch(() => '')) === 'v2');
  expect(await cycle(folder)).toMatchObject({ code: 1, checks: [{ id: 'front-page', outcome: 'fail' }] });

  const back = await vigil(['rollback', '--execute', '--reason', 'every other answer is an error'], {
    cwd: folder,
  });
  expect(back.stderr).toContain('SUCCEEDED: v1');
  expect(back.code).toBe(0);
  expect(await serves()).toBe('v1');
  const [, incident = ''] = /^Incident: (.+)$/m.exec(back.stderr) ?? [];
  const [blanks = 'none'] = codeBlocks(readDocument('docs/rollback-procedures.md'), 'text');
  expect(readFileSync(incident, 'utf8')).toContain(blanks);
  expect(await cycle(folder)).toMatchObject({ code: 0, checks: [{ id: 'front-page', outcome: 'pass' }] });
});

test('what docs/extending.md shows of the examples is what stands in them', () => {
  const text = readDocument('docs/extending.md');
  const shown = ['ts', 'json', 'js'].flatMap((language) => codeBlocks(text, language));
  const files = [
    'examples/own-check/health-tests/orders.check.ts',
    'examples/notifier/vigil.config.json',
    'examples/pinned-release/vigil.config.json',
  ].map(readDocument);
  expect(shown).toEqual(files);
});

test('the check that docs/suites.md shows is the one that vigil init writes, which the tests of the package run', () => {
  const files = initFiles({ url: 'http://127.0.0.1:3000', isModule: true, ci: false });
  const first = files.find((file) => file.path === 'health-tests/service.check.ts');
  expect(codeBlocks(readDocument('docs/suites.md'), 'ts')).toContain(first?.text);
});
