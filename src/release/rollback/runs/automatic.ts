import type { rollbackTriggers } from '../../../alerts/index.ts';
import {
  formatDuration,
  type SignalName,
  type ThresholdTable,
  type VigilConfig,
} from '../../../core/index.ts';
import type { RollbackRun } from './run.ts';
import type { DueTrigger } from './triggers.ts';

type TriggerName = (typeof rollbackTriggers)[number]['trigger'];

/**
 * How long it takes at worst from a fault to the firing trigger, in ms. A live signal needs its window to cross the limit
 * (all of it, when the fault is only just past the limit), then `for`; the pass rate needs the next cycle, its run, and
 * `for` at the fast cadence.
 */
export function detectionMs(config: VigilConfig, table: ThresholdTable): Record<TriggerName, number> {
  const { sampleInterval, liveWindow, interval, timeout, fastInterval } = config;
  const { timeScale } = config.monitoring;
  const heldMs = (signal: SignalName) =>
    timeScale * ((table[signal] as ThresholdTable['errorRatio']).rollback?.forSeconds ?? 0) * 1000;
  const windowMs = timeScale * liveWindow;
  return {
    error_ratio: windowMs + heldMs('errorRatio') + 2 * sampleInterval,
    latency_p95: windowMs + heldMs('latencyP95') + 2 * sampleInterval,
    pass_rate: interval + timeout + heldMs('passRate') + fastInterval + sampleInterval,
    service_down: heldMs('uptime') + 2 * sampleInterval,
  };
}

/** What the loop does about a rollback that is due. */
export type AutomaticDecision =
  | { act: 'nothing' }
  | { act: 'start'; trigger: DueTrigger }
  /** Due, and not done by the loop; `reason` says why. */
  | { act: 'hold'; trigger: DueTrigger; reason: string };

export interface AutomaticInput {
  automatic: boolean;
  triggers: readonly DueTrigger[];
  /** All runs that are kept. */
  runs: readonly RollbackRun[];
  /** When the newest deployment was recorded; undefined when none was. */
  deployedMs: number | undefined;
  /** How long each trigger takes at worst to show a fault; evidence of a new release is not older. */
  detectionMs: Readonly<Record<string, number>>;
  nowMs: number;
}

/**
 * The last rollback since a deployment was recorded, or that was under way then, which nobody has closed. Such a run may
 * have taken this very release away, so only one that ended before counts for the deployment before.
 */
const lastSince = (runs: readonly RollbackRun[], deployedMs: number | undefined): RollbackRun | undefined =>
  runs.findLast(
    ({ endedMs, settledMs }) =>
      settledMs === undefined && (endedMs ?? Number.POSITIVE_INFINITY) >= (deployedMs ?? 0),
  );

/** Why nobody should roll this deployment back once more: what was tried. */
export function rolledBackAlready(
  runs: readonly RollbackRun[],
  deployedMs: number | undefined,
): string | undefined {
  const last = lastSince(runs, deployedMs);
  if (!last) return undefined;
  const helped = last.status === 'succeeded' ? 'has brought the previous release back' : last.status;
  return `this deployment was rolled back already (${last.type}, ${helped}); a person decides`;
}

/**
 * One automatic rollback per deployment: a second would go further back than anybody asked for, and one that did not
 * help says that the deployment is not the cause. A person who settles it, or the next deployment, opens the way again.
 */
export function decideAutomatic({
  automatic,
  triggers,
  runs,
  deployedMs,
  detectionMs,
  nowMs,
}: AutomaticInput): AutomaticDecision {
  const [first] = triggers;
  if (!first) return { act: 'nothing' };
  const hold = (reason: string, trigger = first): AutomaticDecision => ({ act: 'hold', trigger, reason });
  if (!automatic) return hold('rollback.automatic is off');
  if (deployedMs === undefined)
    return hold(
      'no deployment is recorded, so nothing says what to go back from: vigil gate --deployed RELEASE',
    );
  if (runs.some(({ status }) => status === 'running')) return hold('a rollback is under way');
  const already = rolledBackAlready(runs, deployedMs);
  if (already) {
    // Until the window of a trigger has passed it holds what was before a rollback that succeeded.
    const last = lastSince(runs, deployedMs);
    const endedMs = (last?.status === 'succeeded' && last.endedMs) || 0;
    const isOfBefore = ({ name, sinceMs }: DueTrigger) =>
      sinceMs < endedMs && nowMs < endedMs + (detectionMs[name] ?? 0);
    const left = triggers.find((trigger) => !isOfBefore(trigger));
    return left ? hold(already, left) : { act: 'nothing' };
  }
  const open = triggers.filter(({ muted }) => !muted);
  const [loudest] = open;
  if (!loudest) return hold('planned work, or somebody who took the alert, explains it');
  // What was past its limit before a release came says nothing of that release until it has had its time again.
  const ofThis = open.filter(
    ({ name, sinceMs }) => sinceMs >= deployedMs || nowMs >= deployedMs + (detectionMs[name] ?? 0),
  );
  const [proven] = ofThis;
  if (!proven) {
    const since = `it began before the deployment of ${new Date(deployedMs).toISOString()}`;
    const wait = formatDuration(detectionMs[loudest.name] ?? 0);
    return hold(`${since}, and counts against that when it still holds ${wait} later`, loudest);
  }
  // A run answers whatever fired until it ended: two triggers of one fault are no reason for two rollbacks.
  const isAnswered = ({ episode, firedMs }: DueTrigger) =>
    runs.some(({ trigger, endedMs }) => trigger?.episode === episode || firedMs <= (endedMs ?? 0));
  const trigger = ofThis.find((each) => !isAnswered(each));
  return trigger ? { act: 'start', trigger } : hold('this episode has had its rollback', proven);
}
