import type { ThresholdTable, VigilConfig } from '../../core/index.ts';
import type { OwnSuite, SuiteName } from './action.ts';
import type { HeldRollback } from './held-rollback.ts';
import type { IncidentFolder } from './incident/folder.ts';
import type { Session } from './open-session.ts';
import type { TypePlan } from './plan.ts';
import type { Journal } from './runs/journal.ts';
import type { RollbackRun, StageName, StageStatus } from './runs/run.ts';
import type { SuiteVerdict } from './steps/context.ts';

/** How one option ended, and what a person is told of it. */
export interface OptionResult {
  /** `not proven` escalates too: it was carried out, and what runs is not shown to be the previous release. */
  status: 'succeeded' | 'failed' | 'aborted' | 'escalated' | 'not proven' | 'interrupted';
  detail: string;
}

/** What a person sees while it runs. */
export type ProgressEvent =
  | { kind: 'stage'; stage: StageName; budgetMs: number }
  | { kind: 'text'; stage: StageName; text: string }
  | { kind: 'stage-end'; stage: StageName; status: StageStatus; tookMs: number; detail: string };

/** What a rollback is carried out with. */
export interface SessionOptions
  extends Pick<Session, 'history' | 'ledger' | 'redactor' | 'secret' | 'tell' | 'delivered'> {
  config: VigilConfig;
  table: ThresholdTable;
  /** The fencing number of the loop that asked for it; a person has none. */
  leaderFence?: number | undefined;
  /** Once it has begun: the right to carry it out, by the ledger. */
  held?: HeldRollback | undefined;
  /** Runs a suite; its report is kept in the folder. */
  runSuite(
    suite: SuiteName,
    own: OwnSuite | undefined,
    signal: AbortSignal,
    folder: string,
  ): Promise<SuiteVerdict>;
  /** Ends the process' work where it stands, as a kill would; another process goes on. */
  stop: AbortSignal;
  now(): number;
  say(line: string): void;
  onProgress(run: RollbackRun, event: ProgressEvent): void;
}

/** What one option of it is carried out with. */
export interface ExecuteOptions {
  journal: Journal;
  /** As it stood when this process took it up. */
  run: RollbackRun;
  planned: TypePlan;
  incident: IncidentFolder;
  session: SessionOptions;
}
