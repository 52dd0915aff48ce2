import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { quickSuite, type SmallLoop, startSmallLoop, until } from '../monitor/loop/small-loop.ts';
import { longestStand, writingDelays } from './delays.ts';

/** What it sends, and what is said of it; whether the cycle that meets it can judge the deployment. */
const answers: { name: string; said?: RegExp; isRead: boolean }[] = [
  { name: '100,000 series', said: /refused: 100,000 series, limit 20,000/, isRead: false },
  { name: '20,000 series', isRead: true },
  { name: 'four million comments', isRead: true },
  { name: 'a label of 15 MB', said: /refused: a label value of 15,728,640 characters/, isRead: false },
  { name: 'a line of 100 MB', isRead: false },
  { name: 'a body without end', isRead: false },
  { name: 'a slow drip', isRead: false },
  { name: 'a gzip bomb', isRead: false },
];

async function bigTarget(): Promise<{
  url: string;
  as(name: string): Promise<void>;
  asked(): Promise<number>;
}> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./big-target.mjs', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const url = said.toString().trim();
  const ask = async (route: string) => Number(await (await fetch(url + route)).text());
  return {
    url,
    as: async (name) => void (await ask(`/as/${encodeURIComponent(name)}`)),
    asked: () => ask('/asked'),
  };
}

interface Status {
  lastCycle?: { id: string; verdict: string };
}

const peakMiB = ({ child }: SmallLoop): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;

test('whatever a target sends, the port answers within a second, and what was not read is no pass', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-big-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const target = await bigTarget();
  const delays = path.join(folder, 'delays');
  const loop = await startSmallLoop(
    {
      target: { orchestration: target.url },
      suite: { command: quickSuite },
      sampleInterval: '1s',
      timeout: '2900ms',
    },
    ['--interval', '3s'],
    writingDelays(delays),
    folder,
  );
  await until(async () => (await loop.get('/readyz')).status === 200, loop.said);
  const from = Date.now();
  for (const { name, said, isRead } of answers) {
    await target.as(name);
    let slowestMs = 0;
    for (let turn = 0; turn < 200 && (turn < 10 || (await target.asked()) < 3); turn += 1) {
      const askedMs = performance.now();
      expect((await loop.get('/healthz')).status, name).toBe(200);
      slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      await sleep(100);
    }
    // A second, and more where the machine is so busy that the start took more than one.
    expect(slowestMs, name).toBeLessThan(loop.promptMs / 5);
    if (said) await loop.untilSaid(said);
    // What is refused is not held either: a loop with a small target has some 200 MiB in this repository.
    if (name === answers[0]?.name) expect(peakMiB(loop)).toBeLessThan(350);
    if (isRead) continue;
    const last = async () => (JSON.parse((await loop.get('/api/status')).text) as Status).lastCycle;
    const before = await last();
    await until(async () => (await last())?.id !== before?.id, loop.said);
    expect((await last())?.verdict, name).not.toBe('pass');
  }
  expect(longestStand(delays, from).usedMs).toBeLessThan(loop.promptMs / 10);
});
