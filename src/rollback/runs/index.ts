// What is known of rollbacks and whether another is due: all that who carries none out needs of them.
export { type AutomaticDecision, decideAutomatic, rolledBackAlready } from './automatic.ts';
export { detectionMs } from './detection.ts';
export { openJournal } from './journal.ts';
export { failedPage, interruptedPage, reasonOf, rollbackCommand } from './notices.ts';
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
export { dueTriggers } from './triggers.ts';
