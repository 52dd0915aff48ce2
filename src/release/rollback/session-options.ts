import type { NotificationEvent } from '../../alerts/index.ts';
import type { Redactor, ThresholdTable, VigilConfig } from '../../core/index.ts';
import type { History } from '../../history/index.ts';
import type { SuiteName } from './action.ts';
import type { ProgressEvent } from './execution.ts';
import type { RollbackRun } from './runs/run.ts';
import type { SuiteVerdict } from './steps/context.ts';

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
