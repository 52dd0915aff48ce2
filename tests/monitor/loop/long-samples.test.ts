import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { simulate, simulatedConfig } from './simulated-watch.ts';
import { SyntheticTarget } from './synthetic-target.ts';

const startMs = Date.UTC(2026, 0, 5);
const second = 1000;

/** What a watch says of pauses, and why it missed slots: a cycle each 30 s that takes 40 s, samples every 5 s. */
async function watched(lengthMs: number, sampleTakesMs: (atMs: number) => number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-long-samples-'));
  const said: string[] = [];
  const history = await simulate({
    folder,
    startMs,
    lengthMs,
    intervalMs: 30 * second,
    cycleMs: 40 * second,
    sampleMs: 5 * second,
    target: new SyntheticTarget(startMs, []),
    config: simulatedConfig(folder),
    sampleTakesMs,
    say: (line) => said.push(line),
  });
  onTestFinished(() => {
    history.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const rows = history.database.prepare("SELECT DISTINCT reason FROM slots WHERE state = 'missed'").all();
  const gaps = history.database.prepare('SELECT DISTINCT reason FROM gaps').all();
  const reasons = [...rows, ...gaps].map(({ reason }) => reason);
  return { pauses: said.filter((line) => line.startsWith('nothing ran')), reasons: new Set(reasons) };
}

test.for([5, 6, 10, 20])(
  'samples of a service that hangs for %i s are no sleep of the machine',
  async (takes) => {
    const { pauses, reasons } = await watched(600 * second, () => takes * second + 3);
    expect(pauses).toEqual([]);
    expect(reasons).toEqual(new Set(['overrun']));
  },
);

test('a machine that sleeps during a sample is found', async () => {
  let hasSlept = false;
  const { pauses, reasons } = await watched(7200 * second, (atMs) => {
    if (hasSlept || atMs - startMs < 60 * second) return 0;
    hasSlept = true;
    return 3600 * second;
  });
  expect(pauses).toHaveLength(1);
  expect(reasons).toContain('suspended');
});
