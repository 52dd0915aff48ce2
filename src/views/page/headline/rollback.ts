import type { RollbackRun, RollbackStage } from '../../../release/index.ts';
import { clause, clockText, spanText } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** How long a rollback may take from decision to restored service. */
const promisedMs = 15 * 60_000;

function stageText(run: RollbackRun, nowMs: number): { text: string; isLate: boolean } {
  const index = run.stages.findIndex(({ status }) => status === 'running' || status === 'over budget');
  const stage = run.stages[index];
  if (!stage) return { text: 'is between two stages', isLate: nowMs - run.startedMs > promisedMs };
  const takenMs = nowMs - (stage.startedMs ?? run.startedMs);
  const isLate = stage.status === 'over budget' || takenMs > stage.budgetMs;
  const budget = spanText(stage.budgetMs);
  const taken = isLate
    ? `over its ${budget} for ${spanText(takenMs - stage.budgetMs)}`
    : `for ${spanText(takenMs)} of its ${budget}`;
  return { text: `is in stage ${index + 1} of ${run.stages.length}, ${stage.name}, ${taken}`, isLate };
}

/** A rollback that is under way. */
export function rollbackRunning({ facts }: Scene): Situation | undefined {
  const run = facts.rollbacks.findLast(({ status }) => status === 'running');
  if (!run) return undefined;
  const { text, isLate } = stageText(run, facts.nowMs);
  const totalMs = facts.nowMs - run.startedMs;
  return {
    level: isLate ? 'act' : 'busy',
    lead: isLate ? 'Be ready to take over' : 'Stand by',
    because: `the ${run.type} rollback, begun ${spanText(totalMs)} ago, ${text}`,
    next: isLate
      ? 'read the stage’s message; vigil rollback --resume goes on if its process died, --abort takes it back'
      : 'deploy nothing and scale nothing until it has ended',
    runbook: 'docs/rollback-procedures.md#rollbackstarted',
    brief: `a ${run.type} rollback is under way`,
  };
}

const failures: Partial<Record<RollbackStage['status'], string>> = {
  failed: 'failed',
  'over budget': 'ran over its budget',
  aborted: 'was aborted',
};

function howItEnded(run: RollbackRun): string {
  const stage = run.stages.findLast(({ status }) => status in failures);
  const what = run.status === 'aborted' ? 'was aborted' : 'did not succeed';
  const where = stage ? `, its stage ${stage.name} ${failures[stage.status]}` : '';
  const why = stage?.detail ?? run.detail;
  return `${what}${where}${why ? `: ${clause(why, 120)}` : ''}`;
}

/** The newest rollback, when it has ended and nobody has settled it since. */
export function endedRollback({ facts }: Scene): (RollbackRun & { endedMs: number }) | undefined {
  const run = facts.rollbacks.at(-1);
  if (!run || run.status === 'running' || run.settledMs !== undefined) return undefined;
  const endedMs = run.endedMs ?? run.startedMs;
  // What was deployed since is another story.
  return facts.deployments.some(({ timeMs }) => timeMs > endedMs) ? undefined : { ...run, endedMs };
}

/** A rollback that did not bring the service back. */
export function rollbackFailed(scene: Scene): Situation | undefined {
  const run = endedRollback(scene);
  if (!run || run.status === 'succeeded') return undefined;
  const ago = spanText(scene.facts.nowMs - run.endedMs);
  return {
    level: 'act',
    lead: 'Take over by hand',
    because: `the ${run.type} rollback ${howItEnded(run)} (${ago} ago)`,
    next: `bring the service back by hand${run.incident ? `, evidence in ${run.incident}` : ''}, then vigil rollback --settle`,
    runbook: 'docs/rollback-procedures.md#rollbackfailed',
    brief: `the ${run.type} rollback of ${clockText(run.startedMs)} did not succeed`,
  };
}
