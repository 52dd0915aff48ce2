import { z } from 'zod';
import { passRateReading } from '../../../alerts/index.ts';
import type { ThresholdTable } from '../../../core/index.ts';
import type { HistoryReader } from '../../../history/index.ts';
import { isNewFailure } from '../../../suite/index.ts';

/** The checks that passed since the previous release came, or in the baseline. */
function passedBefore(history: HistoryReader, nowMs: number): Set<string> {
  const previousMs = history.deployments(0, nowMs).at(-2)?.timeMs ?? 0;
  const rows = history.rows(
    `SELECT DISTINCT name FROM outcomes JOIN cycles ON seq = cycle JOIN checks ON checks.id = "check"
     WHERE outcome = 0 AND started_ms >= ?`,
    previousMs,
  );
  const baseline = history.loadState('baseline-passed', z.array(z.string())) ?? [];
  return new Set([...rows.map(({ name }) => String(name)), ...baseline]);
}

/**
 * The failing checks that never passed before, when without them the pass rate calls for no rollback: what never worked
 * is not the release's fault. `undefined` while the others alone call for one.
 */
export function neverPassed(
  history: HistoryReader,
  table: ThresholdTable,
  nowMs: number,
): string[] | undefined {
  const { rollback: bound } = table.passRate;
  const outcomes = history.latestCycle()?.outcomes;
  if (!bound || !outcomes) return undefined;
  const passed = passedBefore(history, nowMs);
  const never = outcomes
    .filter(({ id, outcome }) => outcome === 'fail' && !passed.has(id))
    .map(({ id }) => id);
  if (never.length === 0) return undefined;
  const baseline = new Map(history.baseline().map(({ check, fingerprint }) => [check, fingerprint]));
  const isNew = (id: string) => outcomes.some((check) => check.id === id && isNewFailure(check, baseline));
  const counted = passRateReading(outcomes, bound, (id) => never.includes(id) || !isNew(id));
  return counted.state === 'breached' ? undefined : never;
}
