/** How the previous release is brought back. */
export const rollbackTypes = ['flag', 'git', 'backup', 'database'] as const;
export type RollbackType = (typeof rollbackTypes)[number];

/** The five stages, in their order. */
export const stageNames = ['announce', 'drain', 'rollback', 'verify', 'validate'] as const;
export type StageName = (typeof stageNames)[number];

export type StageStatus = 'waiting' | 'running' | 'done' | 'failed' | 'over budget' | 'aborted';

/** `escalated`: a stage failed or ran over its budget, and the next option or a person went on. */
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'aborted' | 'escalated';

export interface RollbackStage {
  name: StageName;
  budgetMs: number;
  startedMs?: number;
  endedMs?: number;
  status: StageStatus;
  detail?: string;
}

/** What called for a rollback, with its numbers. */
export interface RollbackTrigger {
  /** `error_ratio`, `pass_rate`, `latency_p95` or `service_down`. */
  name: string;
  /** The alert's fingerprint and the time it fired: the episode that one automatic rollback answers. */
  episode: string;
  /** The last value of its signal; ratios and seconds. */
  value?: number;
  /** The limit as text: `> 1 % for 5m`. */
  limit?: string;
  sinceMs: number;
  firedMs: number;
}

/** One option of a rollback, carried out. Times are milliseconds since 1970. */
export interface RollbackRun {
  id: string;
  type: RollbackType;
  reason: string;
  trigger?: RollbackTrigger;
  /** Who or what started it. */
  who: string;
  startedMs: number;
  endedMs?: number;
  status: RunStatus;
  /** What it came to, in a sentence. */
  detail?: string;
  /** Folder of its evidence. */
  incident?: string;
  /** When a person took over after it had not helped. */
  settledMs?: number;
  stages: RollbackStage[];
}
