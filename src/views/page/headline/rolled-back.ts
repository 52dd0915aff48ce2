import { scaledBy } from '../../../alerts/index.ts';
import type { RollbackRun } from '../../../release/index.ts';
import type { Facts } from '../facts.ts';
import type { ShownAlert } from '../open-alerts.ts';
import { clause, clockText, spanText } from '../words.ts';
import { requiredRollback, story } from './alerts.ts';
import { endedRollback } from './rollback.ts';
import type { Scene, Situation } from './situation.ts';

/** A rollback that worked, and what is still measured of before it. */
export interface Back {
  run: RollbackRun & { endedMs: number };
  /** Whether what is shown can't be of the restored release alone yet. */
  isSettling: boolean;
  /** Whether the newest cycle began before its end: it judged the release that is out. */
  isCycleBefore: boolean;
  /** Whether an alert is of the time before, so that nobody has to act on it now. */
  isOfBefore(alert: ShownAlert): boolean;
}

/** Judged by a whole cycle, not by live traffic. */
const ofCycles = (alert: ShownAlert): boolean =>
  alert.name.startsWith('TestPassRate') ||
  alert.name === 'HealthCheckFailed' ||
  alert.subject === 'pass_rate';

/** Until a cycle of after the end is late. */
function awaitsCycle({ nowMs, cycle, status, source }: Facts, endedMs: number): boolean {
  if (cycle && cycle.startedMs >= endedMs) return false;
  return nowMs - endedMs <= (source.table.cycleAge.slo?.value ?? 2) * status.intervalMs;
}

/** The rollback that brought the previous release back, when nothing was deployed since. */
export function backSince(scene: Scene): Back | undefined {
  const run = endedRollback(scene);
  if (run?.status !== 'succeeded') return undefined;
  const { nowMs, source } = scene.facts;
  const { endedMs } = run;
  const windowMs = scaledBy(source.naming, source.naming.windowMs) + 4 * source.sampleMs;
  const isInWindow = nowMs - endedMs <= windowMs;
  const isBeforeCycle = awaitsCycle(scene.facts, endedMs);
  return {
    run,
    isSettling: isInWindow || isBeforeCycle,
    isCycleBefore: isBeforeCycle,
    isOfBefore: (alert) => alert.sinceMs < endedMs && (ofCycles(alert) ? isBeforeCycle : isInWindow),
  };
}

/** The release is out, and its cause not yet found. */
export function rolledBack({ facts, alerts }: Scene, { run, isSettling, isOfBefore }: Back): Situation {
  const still = isSettling && alerts.some((alert) => alert.status === 'firing' && isOfBefore(alert));
  const ago = spanText(facts.nowMs - run.endedMs);
  const clearing = still ? '; what still fires began before its end and has to clear now' : '';
  return {
    level: 'look',
    lead: 'Rolled back',
    because: `the ${run.type} rollback succeeded ${ago} ago (${clause(run.reason, 100)})${clearing}`,
    next: `${still ? 'see that it clears, roll back no further; ' : ''}find the cause before anything is deployed again`,
    brief: `rolled back at ${clockText(run.endedMs)} (${run.type})`,
  };
}

/** A trigger holds although the previous release is back: a second rollback would go further back than anybody asked for. */
export function stillRequired({ facts, alerts }: Scene, { run }: Back): Situation | undefined {
  const alert = requiredRollback(alerts);
  if (!alert) return undefined;
  const ago = spanText(facts.nowMs - run.endedMs);
  return {
    level: 'act',
    lead: 'Take over by hand',
    because: `${story(alert, facts.nowMs)}, although the ${run.type} rollback succeeded ${ago} ago`,
    next: `roll back no further, the deployment is not the cause: look elsewhere${run.incident ? `, evidence in ${run.incident}` : ''}, then vigil rollback --settle`,
    runbook: 'docs/rollback-procedures.md#rollbackfailed',
    brief: 'a trigger holds although it was rolled back',
  };
}
