import { z } from 'zod';
import type { History, RecordedCycle } from '../../history/index.ts';
import { addToTotals, type TestTotals } from '../metrics/cycle-metrics.ts';
import type { CycleRecord } from './cycle-record.ts';

const key = 'test totals';
const count = z.number().nonnegative();
const totalsShape = z.object({ total: count, passed: count, failed: count, skipped: count });

/** What was counted so far; in a history that was not asked to count yet, what its cycles add up to. */
function totalsOf(history: History): TestTotals {
  const saved = history.loadState(key, totalsShape);
  if (saved) return saved;
  const [sums] = history.query(
    `SELECT total(passed + failed + unknown) AS total, total(passed) AS passed, total(failed) AS failed,
       total(skipped) AS skipped FROM cycles`,
  );
  return totalsShape.parse(sums);
}

/** What is recorded of a cycle that ran for `slotMs`, or on demand. */
export function recordedCycleOf(record: CycleRecord, slotMs: number | undefined): RecordedCycle {
  const { id, durationMs, verdict, problems, leftBehind, outcomes, live, violations } = record;
  return {
    id,
    slotMs,
    startedMs: record.startedAt.getTime(),
    durationMs,
    targetId: record.target.id,
    identity: record.identity,
    verdict,
    problems,
    leftBehind,
    outcomes,
    signals: record.values,
    live,
    violations,
  };
}

/**
 * Records a cycle that ran for `slotMs`, or on demand, and counts its checks, in one transaction. Returns the counters
 * with this cycle.
 */
export function storeCycle(history: History, record: CycleRecord, slotMs: number | undefined): TestTotals {
  return history.transaction(() => {
    const totals = addToTotals(totalsOf(history), record.signals);
    history.recordCycle(recordedCycleOf(record, slotMs));
    history.saveState(key, totals);
    return totals;
  });
}
