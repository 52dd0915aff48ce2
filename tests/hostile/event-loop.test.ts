import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openHistory } from '../../src/history/open-history.ts';
import { quickSuite, smallTarget, startSmallLoop, until } from '../monitor/loop/small-loop.ts';
import { makeWatch } from '../views/page/support/made-watch.ts';
import { longestStand, writingDelays } from './delays.ts';

const hour = 3_600_000;
/** Since when its event loop may not stand for longer, milliseconds. */
const mostMs = 200;

/** Writes two days of evidence as a loop leaves it. */
function twoDays(reports: string): void {
  mkdirSync(reports, { recursive: true });
  const endMs = Date.now();
  const history = openHistory({ file: path.join(reports, 'vigil.sqlite') });
  history.database.exec('PRAGMA synchronous = OFF');
  makeWatch({ history, startMs: endMs - 48 * hour, endMs, evaluateFromMs: endMs });
  history.recordDeployment({ timeMs: endMs - 47 * hour, release: 'v2' });
  history.close();
}

/** Overwrites pages in place, as a failing disk does. */
function scribble(file: string): void {
  const descriptor = openSync(file, 'r+');
  for (let page = 300; page < 3000; page += 50)
    writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * page);
  closeSync(descriptor);
}

const routes = [
  '/metrics',
  '/api/status',
  '/api/alerts',
  '/api/evidence?since=0',
  '/api/gate?to=50',
  '/api/rollout',
  '/api/argo?to=50',
  '/',
  '/api/page?hours=48',
  '/api/page?hours=6',
];

test('over two days of evidence the event loop never stands for longer than 200 ms: whatever is asked, while the report is written, and while what is left of a damaged history is taken over', {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-stand-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = path.join(folder, 'reports/vigil.sqlite');
  twoDays(path.dirname(database));
  const delays = path.join(folder, 'delays');
  const loop = await startSmallLoop(
    { target: { orchestration: await smallTarget() }, suite: { command: quickSuite }, sampleInterval: '1s' },
    ['--interval', '5m', '--duration', '10s', '--then', 'hourly'],
    writingDelays(delays),
    folder,
  );
  await until(async () => (await loop.get('/readyz')).status === 200, loop.said);
  // What is written first is of the start: modules are loaded and the evidence is opened before anybody is answered.
  await sleep(600);
  const fromMs = Date.now();
  const stood = () => longestStand(delays, fromMs).usedMs;
  for (const route of routes) {
    expect((await loop.get(route)).status, route).toBe(200);
    await sleep(600);
    expect(stood(), route).toBeLessThan(mostMs);
  }
  await loop.untilSaid(/Report: |report could not/);
  expect(loop.said()).toMatch(/Report: \w+: .*48hour_report\.md/);
  await sleep(1200);
  expect(stood()).toBeLessThan(mostMs);
  scribble(database);
  for (let asked = 0; !/a new one is begun/.test(loop.said()); asked += 1) {
    if (asked > 300) throw new Error(`it was not noticed: ${loop.said()}`);
    await loop.get(`/api/evidence?since=${asked}`); // what it reads meets the damage
    expect((await loop.get('/healthz')).status).toBe(200);
    await sleep(100);
  }
  expect(loop.said()).toMatch(/taken over from it: .* of slots,.* 1 of deployments/);
  await sleep(1200);
  expect(stood()).toBeLessThan(mostMs);
});
