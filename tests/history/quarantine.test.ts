import { expect, test } from 'vitest';
import { flipRates } from '../../src/history/flip-rates.ts';
import type { RecordedOutcome } from '../../src/history/recorded-cycle.ts';
import { cycle, minute, outcomes, start } from './cycle.ts';
import { folder, opened } from './folder.ts';

const quarantined = { owner: 'me', until: '2026-12-24', reason: 'races' };
const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

test('a quarantined failure is recorded as one, with its owner, and counts as none', () => {
  const history = opened(folder());
  const excused: RecordedOutcome[] = outcomes([0]).map((check) =>
    check.outcome === 'fail' ? { ...check, quarantined } : check,
  );
  history.recordCycle(cycle(start, { outcomes: excused }));
  const [snapshot] = history.snapshots(0);
  expect(snapshot).toMatchObject({
    checks: { passed: 31, failed: 0, unknown: 0, skipped: 4 },
    pass_rate: 1,
    coverage: 32 / 36,
    failing: ['X00'],
    quarantined: ['X00'],
  });
  expect(history.passRate(0, start)).toMatchObject({ ratio: 1, judged: 31 });
  const [strip] = history.outcomes(range, 'X00');
  expect(strip?.entries).toMatchObject([
    { outcome: 'fail', quarantined, reason: expect.stringContaining('check 0') },
  ]);
  expect(history.latestCycle()?.outcomes[0]).toMatchObject({ outcome: 'fail', quarantined });
  expect(history.latestCycle()?.outcomes[1]).not.toHaveProperty('quarantined');
});

test('the flip rate counts changes between pass and fail, and nothing else', () => {
  const history = opened(folder());
  // X00: pass fail fail pass; X01: pass throughout, skipped once; X33 is never judged.
  const turns = [[], [0], [0], []];
  for (const [index, failing] of turns.entries()) {
    const all = outcomes(failing).map(
      (check): RecordedOutcome =>
        check.id === 'X01' && index === 2 ? { ...check, outcome: 'unknown' } : check,
    );
    history.recordCycle(cycle(start + index * minute, { outcomes: all }));
  }
  const rates = flipRates(history.outcomes(range));
  expect(rates[0]).toEqual({
    check: 'X00',
    title: 'check number 0',
    group: 'group 0',
    judged: 4,
    flips: 2,
    ratio: 2 / 3,
    lastFlipMs: start + 3 * minute,
  });
  expect(rates.find(({ check }) => check === 'X01')).toMatchObject({ judged: 3, flips: 0, ratio: 0 });
  expect(rates.at(-1)).toMatchObject({ judged: 0, flips: 0, ratio: undefined });
});
