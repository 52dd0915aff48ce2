import { z } from 'zod';
import { passRateReading, scaledBy } from '../../../alerts/index.ts';
import type { HistoryReader, RecordedCycle } from '../../../history/index.ts';
import { isKeptBy, isNewFailure, withoutQuarantined } from '../../../suite/index.ts';
import { failedStatuses, isOfRoute } from '../../gate/checked-answers.ts';
import { excusedChecks } from '../../gate/excused-checks.ts';
import type { GateSetup } from '../../gate/setup.ts';
import { openShared, type Shared } from '../../gate/shared-errors.ts';
import { rolloutOf } from '../../gate/stored-state.ts';

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

/** How long after a change of the release what begins to fail everywhere may be its doing. */
const graceMs = 2 * 60_000;

/** What tells errors of the newest release from those of everybody; `undefined` without a deployment, or a limit. */
function sharedIn(history: HistoryReader, { table, naming }: GateSetup, nowMs: number): Shared | undefined {
  const { deployment, taken } = rolloutOf(history, nowMs);
  const { rollback: limit } = table.errorRatio;
  if (!deployment || !limit) return undefined;
  return openShared(history, {
    naming,
    atMs: nowMs,
    release: deployment.release,
    deployedMs: deployment.timeMs,
    changesMs: [deployment.timeMs, ...taken.map(({ takenMs }) => takenMs)],
    graceMs: scaledBy(naming, graceMs),
    limit,
  });
}

/** The failing checks whose route other instances fail as often, or that fail while no user reaches the release; each with why. */
function sharedChecks(
  { outcomes }: RecordedCycle,
  shared: Shared,
  { asked }: GateSetup,
): Map<string, string> {
  const alone = shared.withoutTraffic();
  const found = outcomes.flatMap(({ id, outcome, measurements }): [string, string][] => {
    if (outcome !== 'fail') return [];
    const route = asked.get(id);
    const statuses = failedStatuses(measurements);
    const same =
      route &&
      statuses &&
      shared.errors({
        isOf: (label) => isOfRoute(label, route),
        isError: (status) => statuses.includes(status),
      });
    const why = same ?? (alone && shared.errors() ? alone : undefined);
    return why === undefined ? [] : [[id, `${id}: ${why}`]];
  });
  return new Map(found);
}

/** Why the pass rate of a cycle calls for no rollback without what is not of the release; `undefined` while it does. */
function explained(
  cycle: RecordedCycle,
  history: HistoryReader,
  setup: GateSetup,
  nowMs: number,
): string | undefined {
  const { rollback: bound } = setup.table.passRate;
  if (!bound) return undefined;
  const outcomes = withoutQuarantined(cycle.outcomes, setup.quarantine, nowMs);
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
  const shared = sharedIn(history, setup, nowMs);
  const others = new Map([
    ...(shared ? sharedChecks(cycle, shared, setup) : []),
    ...excusedChecks(history, setup, nowMs),
  ]);
  const excused = [...others].filter(([id]) => failing.includes(id) && !never.includes(id));
  if (excused.length === 0 || callsWithout([...never, ...excused.map(([id]) => id)])) return undefined;
  return [...said, ...excused.map(([, found]) => found)].join('; ');
}

/** Why a trigger calls for no rollback; `undefined` where it does. */
export type Explained = (trigger: string) => string | undefined;

/**
 * Why the release is not the cause of what calls for a rollback. Of the pass rate: without the checks that never passed before,
 * those that fail by errors which the release before gives its users alike, and those that fail as other instances do at the
 * same time, it calls for none; judged once a cycle. Of errors and latency: other instances fail as often, or nobody has reached
 * the release, and that did not begin with a change of it. `undefined` while the release may be the cause.
 */
export function explainedBefore(history: HistoryReader, setup: GateSetup): Explained {
  let last: { cycle: string; reason: string | undefined } | undefined;
  const ofPassRate = () => {
    const cycle = history.latestCycle();
    if (!cycle) return undefined;
    if (last?.cycle !== cycle.id)
      last = { cycle: cycle.id, reason: explained(cycle, history, setup, Date.now()) };
    return last.reason;
  };
  return (trigger) => {
    if (trigger === 'pass_rate') return ofPassRate();
    if (trigger !== 'error_ratio' && trigger !== 'latency_p95') return undefined;
    const shared = sharedIn(history, setup, Date.now());
    return (trigger === 'error_ratio' ? shared?.errors() : undefined) ?? shared?.withoutTraffic();
  };
}
