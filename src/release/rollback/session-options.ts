import type { NotificationEvent } from '../../alerts/index.ts';
import type { Redactor, ThresholdTable, VigilConfig } from '../../core/index.ts';
import type { History } from '../../history/index.ts';
import type { SuiteName } from './action.ts';
import type { IncidentFolder } from './incident/folder.ts';
import type { TypePlan } from './plan.ts';
import type { Journal } from './runs/journal.ts';
import type { RollbackRun, StageName, StageStatus } from './runs/run.ts';
import type { SuiteVerdict } from './steps/context.ts';

/** How one option ended, and what a person is told of it. */
export interface OptionResult {
  status: 'succeeded' | 'failed' | 'aborted' | 'escalated' | 'interrupted';
  detail: string;
}

/** What a person sees while it runs. */
export type ProgressEvent =
  | { kind: 'stage'; stage: StageName; budgetMs: number }
  | { kind: 'text'; stage: StageName; text: string }
  | { kind: 'stage-end'; stage: StageName; status: StageStatus; tookMs: number; detail: string };

/** What a rollback is carried out with. */
export interface SessionOptions {
  config: VigilConfig;
  history: History;
  table: ThresholdTable;
  redactor: Redactor;
  secret(reference: string): string;
  /** Queues what is told, in the history. */
  tell(events: readonly NotificationEvent[]): void;
  /** Waits a moment until what is queued has reached somebody; returns who was. */
  delivered(signal?: AbortSignal): Promise<string>;
  /** Runs a suite; its report is kept in the folder. */
  runSuite(
    suite: SuiteName,
    own: { command: string[]; junit?: string; cwd: string } | undefined,
    signal: AbortSignal,
    folder: string,
  ): Promise<SuiteVerdict>;
  stop: AbortSignal;
  now(): number;
  say(line: string): void;
  onProgress(run: RollbackRun, event: ProgressEvent): void;
}

/** What one option of it is carried out with. */
export interface ExecuteOptions {
  journal: Journal;
  id: string;
  planned: TypePlan;
  incident: IncidentFolder;
  session: SessionOptions;
  /** Ends the process' work where it stands, as a kill would; another process goes on. */
  stop: AbortSignal;
  onProgress(event: ProgressEvent): void;
}
