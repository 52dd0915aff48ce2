export { rollbackRuns } from './read-runs.ts';
export type { RollbackRun, RollbackStage, RollbackTrigger, RollbackType, StageName } from './run.ts';
