/** One of the five stages of a rollback, with the time it may take. */
export interface RollbackStage {
  name: 'announce' | 'drain' | 'rollback' | 'verify' | 'validate';
  budgetMs: number;
  startedMs?: number;
  endedMs?: number;
  status: 'waiting' | 'running' | 'done' | 'failed' | 'over budget' | 'aborted';
  detail?: string;
}

/** A rollback as it is recorded; times in ms since 1970. */
export interface RollbackRun {
  id: string;
  type: 'flag' | 'git' | 'backup' | 'database';
  reason: string;
  startedMs: number;
  endedMs?: number;
  status: 'running' | 'succeeded' | 'failed' | 'aborted' | 'escalated';
  /** What it came to, in a sentence. */
  detail?: string;
  /** When a person took over after it had not helped. */
  settledMs?: number;
  stages: readonly RollbackStage[];
}
