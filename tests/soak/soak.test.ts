import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Usage } from './driven-loop.ts';
import { judgeAlerts, judgeReceiver, judgeUsage } from './judge.ts';
import { planOf, type SoakPlan } from './plan.ts';
import type { Told } from './receivers.ts';
import { runSoak } from './run-soak.ts';

const pace = { patienceMs: 60_000, quietMs: 10_000, faultMs: 9000, settleMs: 15_000, blowEveryMs: 40_000 };
const graces = { faultMs: 8000, blowMs: 20_000, lastMs: 0 };

test('a real loop that is killed in the middle of a fault tells exactly what the fault implies, to slow and flaky receivers too', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const plan: SoakPlan = {
    seed: 1,
    durationMs: 26_000,
    patienceMs: 60_000,
    // Long enough for the loop that is started again to see it, on a crowded machine too.
    faults: [{ kind: 'down', fromMs: 5000, toMs: 19_000 }],
    blows: [{ kind: 'kill', atMs: 8000 }],
    outages: [{ fromMs: 5000, toMs: 14_000 }],
  };
  const { findings, cycles, slots, lives } = await runSoak(plan, folder);
  expect(findings).toEqual([]);
  expect(lives).toBe(2);
  expect(cycles).toBeGreaterThan(5);
  expect(slots.observed).toBeGreaterThan(5);
});

describe('the plan', () => {
  test('is the same for the same seed, and leaves time to settle', () => {
    expect(planOf(5, 3_600_000, pace)).toEqual(planOf(5, 3_600_000, pace));
    expect(planOf(6, 3_600_000, pace)).not.toEqual(planOf(5, 3_600_000, pace));
    const { faults, blows } = planOf(5, 3_600_000, pace);
    expect(new Set(faults.map(({ kind }) => kind)).size).toBe(4);
    expect(new Set(blows.map(({ kind }) => kind)).size).toBe(2);
    for (const { fromMs, toMs } of faults) expect(fromMs < toMs && toMs <= 3_585_000).toBe(true);
  });
});

describe('the judge', () => {
  const plan: SoakPlan = {
    seed: 1,
    durationMs: 60_000,
    blows: [],
    outages: [],
    patienceMs: 0,
    faults: [{ kind: 'errors', fromMs: 10_000, toMs: 20_000 }],
  };
  const told = (name: string, status: Told['status'], startsMs = 12_000): Told => ({
    name,
    status,
    startsMs,
    fingerprint: name,
    atMs: startsMs,
  });
  const right = [told('HighErrorRate', 'firing'), told('HighErrorRate', 'resolved')];
  const findings = (entries: readonly Told[]) => judgeAlerts(entries, plan, 0, graces).join('; ');

  test('finds nothing where the plan and what was told agree', () => {
    expect(findings(right)).toBe('');
    expect(judgeReceiver('slow', right, right)).toEqual([]);
  });

  test.each<[string, readonly Told[], RegExp]>([
    ['nothing was told', [], /HighErrorRate was not told of “errors”/],
    [
      'another alert was told',
      [...right, told('HighLatencyP95', 'firing'), told('HighLatencyP95', 'resolved')],
      /HighLatencyP95 .* implied by nothing/,
    ],
    [
      'one came before its fault',
      [...right, told('HighErrorRate', 'firing', 5000), told('HighErrorRate', 'resolved', 5000)],
      /implied by nothing/,
    ],
    [
      'one came long after it',
      [...right, told('HighErrorRate', 'firing', 40_000), told('HighErrorRate', 'resolved', 40_000)],
      /implied by nothing/,
    ],
    ['one never resolved', right.slice(0, 1), /never told resolved/],
    ['the order was turned round', [...right].reverse(), /resolved before/],
  ])('finds it when %s', (_, entries, expected) => {
    expect(findings(entries)).toMatch(expected);
  });

  test('finds what a receiver was never told', () => {
    expect(judgeReceiver('slow', right.slice(0, 1), right)).toEqual([
      expect.stringContaining('HighErrorRate'),
    ]);
  });

  const life = (seconds: number, of: (second: number) => Partial<Usage>): Usage[] =>
    Array.from({ length: seconds }, (_, second) => ({
      life: 1,
      atMs: second * 1000,
      rssBytes: 1e8 + (second % 7) * 1e6,
      heapBytes: 4e7 + (second % 5) * 1e5,
      descriptors: 30,
      walBytes: 1e6,
      timers: 7,
      ...of(second),
    }));

  test.each<[string, Usage[], RegExp | undefined]>([
    ['flat', life(300, () => ({})), undefined],
    ['a memory leak', life(300, (second) => ({ rssBytes: 1e8 + second * 2e5 })), /rssBytes rose by/],
    [
      'a heap that keeps a little of each cycle',
      life(300, (second) => ({ heapBytes: 4e7 + second * 3e4 })),
      /heapBytes rose by/,
    ],
    [
      'a descriptor left open now and then',
      life(300, (second) => ({ descriptors: 30 + Math.floor(second / 20) })),
      /descriptors rose/,
    ],
    ['timers that pile up', life(300, (second) => ({ timers: 7 + Math.floor(second / 20) })), /timers rose/],
    [
      'a log that is never written back',
      life(300, (second) => ({ walBytes: second * 1e5 })),
      /walBytes (rose|went)/,
    ],
    [
      'a peak',
      life(300, (second) => (second === 10 ? { descriptors: 500 } : {})),
      /descriptors went up to 500/,
    ],
    ['nobody there', [], /seen running 0 times/],
  ])('of what is used: %s', (_, usage, expected) => {
    if (expected) expect(judgeUsage(usage).join()).toMatch(expected);
    else expect(judgeUsage(usage)).toEqual([]);
  });
});
