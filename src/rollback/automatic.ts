import type { RollbackRun } from './run.ts';
import type { DueTrigger } from './triggers.ts';

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
}: AutomaticInput): AutomaticDecision {
  const [first] = triggers;
  if (!first) return { act: 'nothing' };
  const hold = (reason: string, trigger = first): AutomaticDecision => ({ act: 'hold', trigger, reason });
  if (!automatic) return hold('rollback.automatic is off');
  if (runs.some(({ status }) => status === 'running')) return hold('a rollback is under way');
  const since = runs.filter(
    ({ startedMs, settledMs }) => settledMs === undefined && startedMs >= (deployedMs ?? 0),
  );
  const last = since.at(-1);
  if (last) {
    const helped = last.status === 'succeeded' ? 'has brought the previous release back' : `${last.status}`;
    return hold(`this deployment was rolled back already (${last.type}, ${helped}); a person decides`);
  }
  const trigger = triggers.find(({ muted }) => !muted);
  if (!trigger) return hold('planned work, or somebody who took the alert, explains it');
  if (runs.some((run) => run.trigger?.episode === trigger.episode))
    return hold('this episode has had its rollback', trigger);
  return { act: 'start', trigger };
}
