import { z } from 'zod';
import { passRateReading } from '../../../alerts/index.ts';
import type { HistoryReader, RecordedCycle } from '../../../history/index.ts';
import { isKeptBy, isNewFailure } from '../../../suite/index.ts';
import { excusedChecks } from '../../gate/excused-checks.ts';
import type { GateSetup } from '../../gate/setup.ts';

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

/** Why the pass rate of a cycle calls for no rollback without what is not of the release; `undefined` while it does. */
function explained(
  { outcomes }: RecordedCycle,
  history: HistoryReader,
  setup: GateSetup,
  nowMs: number,
): string | undefined {
  const { rollback: bound } = setup.table.passRate;
  if (!bound) return undefined;
  const failing = outcomes.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  const passed = passedBefore(history, nowMs);
  const baseline = new Map(history.baseline().map(({ check, fingerprint }) => [check, fingerprint]));
  const isNew = (id: string) => outcomes.some((check) => check.id === id && isNewFailure(check, baseline));
  const callsWithout = (excused: readonly string[]) =>
    passRateReading(outcomes, bound, (id) => excused.includes(id) || !isNew(id)).state === 'breached';
  // A file or a group is a check only while it fails: what stands in it has passed in its place.
  const hasPassed = (id: string) => passed.has(id) || [...passed].some((check) => isKeptBy(id, check));
  const never = failing.filter((id) => !hasPassed(id));
  const said = never.length > 0 ? [`checks that never passed before explain it: ${never.join(', ')}`] : [];
  if (never.length > 0 && !callsWithout(never)) return said[0];
  const asBefore = [...excusedChecks(history, setup, nowMs)].filter(
    ([id]) => failing.includes(id) && !never.includes(id),
  );
  if (asBefore.length === 0 || callsWithout([...never, ...asBefore.map(([id]) => id)])) return undefined;
  return [...said, ...asBefore.map(([, found]) => found)].join('; ');
}

/**
 * Why the release is not the cause of a pass rate that calls for a rollback: without the checks that never passed before, and
 * those that fail by errors which the release before gives its users alike, it calls for none. `undefined` while the others
 * alone call for one. Judged once a cycle.
 */
export function explainedBefore(history: HistoryReader, setup: GateSetup): () => string | undefined {
  let last: { cycle: string; reason: string | undefined } | undefined;
  return () => {
    const cycle = history.latestCycle();
    if (!cycle) return undefined;
    if (last?.cycle !== cycle.id)
      last = { cycle: cycle.id, reason: explained(cycle, history, setup, Date.now()) };
    return last.reason;
  };
}
