export { type AutomaticDecision, decideAutomatic, rolledBackAlready } from './automatic.ts';
export { detectionMs } from './detection.ts';
export type { ProgressEvent } from './execute.ts';
export { openJournal } from './journal.ts';
export { makePlan } from './make-plan.ts';
export { failedPage, interruptedPage, reasonOf, rollbackCommand } from './notices.ts';
export type { RollbackPlan, TypePlan } from './plan.ts';
export { planText } from './plan-text.ts';
export { endedLine, runningLine } from './progress-line.ts';
export { rollbackRuns } from './read-runs.ts';
export {
  type RollbackRun,
  type RollbackStage,
  type RollbackTrigger,
  type RollbackType,
  rollbackTypes,
  type StageName,
  stageNames,
} from './run.ts';
export {
  executePlan,
  resumeRollback,
  type SessionOptions,
  type SessionResult,
} from './session.ts';
export { suiteRunner } from './suites.ts';
export { settleRollbacks } from './tell-end.ts';
export { dueTriggers } from './triggers.ts';
