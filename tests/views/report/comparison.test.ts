import { expect, test } from 'vitest';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import type { History } from '../../../src/history/history.ts';
import { comparisonOf } from '../../../src/views/report/comparison.ts';
import { Queries } from '../../../src/views/report/queries.ts';
import { releaseAt, scopeOf } from '../../../src/views/report/window.ts';
import { cycle, minute, start } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';

const apart = 10 * minute;

/** How the cycles of a release were: the P95 latency in seconds, and whether one check failed. */
type Made = (index: number) => { latencyP95: number; fails: boolean };

/** Forty cycles of a release. */
function watched(history: History, release: string, fromMs: number, made: Made): void {
  history.recordDeployment({ timeMs: fromMs, release, who: 'ci' });
  for (let index = 0; index < 40; index += 1) {
    const { latencyP95, fails } = made(index);
    const healthy = cycle(fromMs + index * apart);
    const outcomes = healthy.outcomes.map((one, place) =>
      fails && place === 3 ? { ...one, outcome: 'fail' as const, reason: 'too few' } : one,
    );
    const signals = { ...healthy.signals, latencyP95 };
    history.recordCycle({ ...healthy, outcomes, signals, verdict: fails ? 'fail' : 'pass' });
  }
}

/** What the report says of each measure of v2 beside v1. */
function compared(before: Made, now: Made) {
  const history = opened(folder());
  const deployedMs = start + 40 * apart;
  watched(history, 'v1', start, before);
  watched(history, 'v2', deployedMs, now);
  const window = { fromMs: start, toMs: deployedMs + 40 * apart, stepMs: minute };
  const comparison = comparisonOf(new Queries(history, window), history, scopeOf(window, undefined), {
    release: releaseAt(history.deployments(0, window.toMs)),
    ofTarget: '',
    table: thresholds,
    naming: defaultNaming,
  });
  expect(comparison).toMatchObject({ release: 'v1', fromMs: start, toMs: deployedMs });
  return Object.fromEntries((comparison?.measures ?? []).map((row) => [row.measure, row]));
}

const usual = (index: number) => ({ latencyP95: 0.1 + (index % 5) / 1000, fails: index % 20 === 0 });

test('a release that is slower and fails more cycles is worse, by how much and how surely', () => {
  const now = compared(usual, (index) => ({ latencyP95: 0.2 + (index % 5) / 1000, fails: index % 4 === 0 }));
  // 2 of 40 against 10 of 40, pooled 0.15: z = 0.2 / sqrt(0.15 × 0.85 × 2 / 40) = 2.505, two-sided.
  expect(now.cycles).toMatchObject({
    state: 'worse',
    before: 0.05,
    now: 0.25,
    test: 'two-proportion z-test',
  });
  expect(now.cycles?.pValue).toBeCloseTo(0.0122, 3);
  expect(now.latencyP95).toMatchObject({
    state: 'worse',
    before: expect.closeTo(0.102, 6),
    now: expect.closeTo(0.202, 6),
  });
  expect(now.latencyP95?.difference).toBeCloseTo(0.1, 6);
  expect(now.latencyP95?.pValue).toBeLessThan(1e-6);
});

test('one that is faster is better, and one that is like the one before is the same', () => {
  const faster = compared(usual, (index) => ({ ...usual(index), latencyP95: 0.05 }));
  expect(faster.latencyP95?.state).toBe('better');
  expect(faster.cycles?.state).toBe('same');
  expect(faster.cycles?.pValue).toBeCloseTo(1, 9);
  expect(compared(usual, usual).latencyP95).toMatchObject({ state: 'same', difference: 0 });
});

test('where there was no traffic the errors are unknown, and not the same', () => {
  expect(compared(usual, usual).errorRatio).toMatchObject({ state: 'unknown', before: null, now: null });
});
