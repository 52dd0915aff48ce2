import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { simulate, simulatedConfig } from './simulated-watch.ts';
import { SyntheticTarget } from './synthetic-target.ts';

const startMs = Date.UTC(2026, 0, 5);
const minute = 60_000;

/** When a watch of two hours looked at its evidence, in minutes since its start, when a whole look takes so long. */
async function looks(wholeMs: number): Promise<{ all: number[]; whole: number[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-look-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const found = { all: [] as number[], whole: [] as number[] };
  const history = await simulate({
    folder,
    startMs,
    lengthMs: 120 * minute,
    intervalMs: 10 * minute,
    sampleMs: minute,
    config: simulatedConfig(folder),
    target: new SyntheticTarget(startMs, []),
    checkEvidence(isWhole, atMs) {
      const min = (atMs - startMs) / minute;
      found.all.push(min);
      if (!isWhole) return undefined;
      found.whole.push(min);
      return Promise.resolve(wholeMs);
    },
  });
  history.close();
  return found;
}

test('whether the evidence is there is asked at every scrape and cycle, and whether it is sound as often while that is cheap', async () => {
  const { all, whole } = await looks(0);
  expect(new Set(all.map(Math.floor)).size).toBeGreaterThanOrEqual(119);
  expect(whole.length).toBeGreaterThan(all.length / 2);
});

test('a look at the whole that takes long is rare, and does not end', async () => {
  // 180 ms are 0.02 % of 15 min.
  const { all, whole } = await looks(180);
  expect(all.length).toBeGreaterThanOrEqual(120);
  expect(whole.length).toBeGreaterThanOrEqual(2);
  const pauses = whole.slice(1).map((min, index) => min - (whole[index] ?? 0));
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(15);
});
