import { scaledBy } from '../../../alerts/index.ts';
import { isBack, type RollbackRun } from '../../../release/index.ts';
import type { ShownAlert } from '../open-alerts.ts';
import { clause, clockText, spanText } from '../words.ts';
import { firingRollback, story } from './alerts.ts';
import type { Scene, Situation } from './situation.ts';

/** How long a rollback may take from decision to restored service. */
const promisedMs = 15 * 60_000;

/** A rollback that is under way. */
export function rollbackRunning({ rollbacks, nowMs }: Scene): Situation | undefined {
  const run = rollbacks.findLast(({ status }) => status === 'running');
  if (!run) return undefined;
  const index = run.stages.findIndex(({ status }) => status === 'running' || status === 'over budget');
  const stage = run.stages[index];
  const budgetMs = stage?.budgetMs ?? promisedMs;
  const takenMs = nowMs - (stage?.startedMs ?? run.startedMs);
  const isLate = takenMs > budgetMs;
  const place = stage ? `in stage ${index + 1} of ${run.stages.length}, ${stage.name}` : 'between two stages';
  const taken = isLate
    ? `over its ${spanText(budgetMs)} for ${spanText(takenMs - budgetMs)}`
    : `for ${spanText(takenMs)} of its ${spanText(budgetMs)}`;
  return {
    level: isLate ? 'act' : 'busy',
    lead: isLate ? 'Be ready to take over' : 'Stand by',
    because: `the ${run.type} rollback, begun ${spanText(nowMs - run.startedMs)} ago, is ${place}, ${taken}`,
    next: isLate
      ? 'read the stage’s message; vigil rollback --resume continues if its process died, --abort undoes it'
      : 'deploy nothing and scale nothing until it has ended',
    runbook: 'docs/rollback-procedures.md#rollbackstarted',
    brief: `a ${run.type} rollback is under way`,
  };
}

/** The newest rollback, when it has ended, nobody has settled it and nothing was deployed since. */
function endedRollback({ rollbacks, deployments }: Scene): (RollbackRun & { endedMs: number }) | undefined {
  const run = rollbacks.at(-1);
  if (!run || run.status === 'running' || run.settledMs !== undefined) return undefined;
  const endedMs = run.endedMs ?? run.startedMs;
  return deployments.some(({ timeMs }) => timeMs > endedMs) ? undefined : { ...run, endedMs };
}

const evidenceIn = ({ incident }: RollbackRun): string => (incident ? `, evidence in ${incident}` : '');

/** A rollback that did not bring the service back; only to be looked into once all has been well for half an hour. */
export function rollbackFailed(scene: Scene): Situation | undefined {
  const { nowMs, isOwnCycle, cycle, alerts } = scene;
  const run = endedRollback(scene);
  if (!run || run.status === 'succeeded') return undefined;
  const isWell =
    isOwnCycle &&
    cycle?.verdict === 'pass' &&
    cycle.startedMs > run.endedMs &&
    nowMs - run.endedMs >= 30 * 60_000 &&
    !alerts.some(({ status, severity }) => status === 'firing' && severity === 'critical');
  const stage = run.stages.findLast(({ status }) => ['failed', 'over budget', 'aborted'].includes(status));
  const detail = stage?.detail ?? run.detail;
  const how = [
    run.status === 'aborted' ? 'was aborted' : 'did not succeed',
    stage ? `, stage ${stage.name} ${stage.status}` : '',
    detail ? `: ${clause(detail, 120)}` : '',
  ];
  return {
    level: isWell ? 'look' : 'act',
    lead: isWell ? 'Look into it' : 'Take over by hand',
    because: `the ${run.type} rollback ${how.join('')} (${spanText(nowMs - run.endedMs)} ago)`,
    next: `bring the service back by hand${evidenceIn(run)}, then vigil rollback --settle`,
    runbook: 'docs/rollback-procedures.md#rollbackfailed',
    brief: `the ${run.type} rollback of ${clockText(run.startedMs)} did not succeed`,
  };
}

/** A rollback that worked, and what is still measured of before it. */
export interface Back {
  run: RollbackRun & { endedMs: number };
  /** Whether what is shown can't be of the restored release alone yet. */
  isSettling: boolean;
  /** Whether the newest cycle began before its end, and one of after it is not late yet. */
  isCycleBefore: boolean;
  /** Whether an alert is of the time before, so that nobody has to act on it now. */
  isOfBefore(alert: ShownAlert): boolean;
}

/** The rollback that brought the previous release back, when nothing was deployed since. */
export function backSince(scene: Scene): Back | undefined {
  const run = endedRollback(scene);
  if (run?.status !== 'succeeded') return undefined;
  const { nowMs, source, cycle, status } = scene;
  const { endedMs } = run;
  const windowMs = scaledBy(source.naming, source.naming.windowMs) + 4 * source.sampleMs;
  const isInWindow = nowMs - endedMs <= windowMs;
  const lateMs = (source.table.cycleAge.slo?.value ?? 2) * status.intervalMs;
  const isCycleBefore = (cycle?.startedMs ?? 0) < endedMs && nowMs - endedMs <= lateMs;
  // Judged by a whole cycle, not by live traffic.
  const isOfCycles = ({ name, subject }: ShownAlert) =>
    name.startsWith('TestPassRate') || name === 'HealthCheckFailed' || subject === 'pass_rate';
  return {
    run,
    isSettling: isInWindow || isCycleBefore,
    isCycleBefore,
    isOfBefore: (alert) => alert.sinceMs < endedMs && (isOfCycles(alert) ? isCycleBefore : isInWindow),
  };
}

/** The release is out, and its cause not yet found. */
export function rolledBack({ nowMs, alerts }: Scene, { run, isOfBefore }: Back): Situation {
  const isClearing = alerts.some((alert) => alert.status === 'firing' && isOfBefore(alert));
  const clearing = isClearing ? '; what still fires began before its end and has to clear now' : '';
  const wait = isClearing ? 'see that it clears, roll back no further; ' : '';
  return {
    level: 'look',
    lead: 'Rolled back',
    because: `the ${run.type} rollback succeeded ${spanText(nowMs - run.endedMs)} ago (${clause(run.reason, 100)})${clearing}`,
    next: `${wait}find the cause before anything is deployed again`,
    brief: `rolled back at ${clockText(run.endedMs)} (${run.type})`,
  };
}

/** The release is out by a rollback that Vigil did not carry out, or that a person has closed since. */
export function takenBack({ rollout, rollbacks, nowMs }: Scene): Situation | undefined {
  const { rollback, release } = rollout ?? {};
  if (!isBack(rollback) || rollbacks.some(({ status }) => status === 'running')) return undefined;
  const { kind, endedMs = rollback.startedMs, reason = rollback.detail } = rollback;
  const closed = rollback.isSettled ? ', closed by a person' : '';
  return {
    level: 'look',
    lead: 'Rolled back',
    because: `${release} was rolled back ${spanText(nowMs - endedMs)} ago (${kind}: ${clause(reason, 100)})${closed}`,
    next: 'find the cause before anything is deployed again',
    brief: `${release} was rolled back at ${clockText(endedMs)} (${kind})`,
  };
}

/** A trigger holds although the previous release is back: a second rollback would go further back than anybody asked for. */
export function stillRequired(scene: Scene, { run }: Back): Situation | undefined {
  const alert = firingRollback(scene);
  if (!alert) return undefined;
  const ago = spanText(scene.nowMs - run.endedMs);
  return {
    level: 'act',
    lead: 'Take over by hand',
    because: `${story(alert, scene.nowMs)}, although the ${run.type} rollback succeeded ${ago} ago`,
    next: `roll back no further, the deployment is not the cause: look elsewhere${evidenceIn(run)}, then vigil rollback --settle`,
    runbook: 'docs/rollback-procedures.md#rollbackfailed',
    brief: 'a trigger holds although it was rolled back',
  };
}
