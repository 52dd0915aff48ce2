import { expect, test } from 'vitest';
import type { RecordedOutcome } from '../../src/history/recorded-cycle.ts';
import { cycle, outcomes, start } from './cycle.ts';
import { folder, opened } from './folder.ts';
import { stripsOf } from './strips.ts';

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
  const [strip] = stripsOf(history, range, 'X00');
  expect(strip?.entries).toMatchObject([
    { outcome: 'fail', quarantined, reason: expect.stringContaining('check 0') },
  ]);
  expect(history.latestCycle()?.outcomes[0]).toMatchObject({ outcome: 'fail', quarantined });
  expect(history.latestCycle()?.outcomes[1]).not.toHaveProperty('quarantined');
});
