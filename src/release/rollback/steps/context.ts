import type { RollbackConfig, VigilConfig } from '../../../core/index.ts';
import type { Action, OwnSuite, SuiteName } from '../action.ts';
import type { Readings } from '../proof.ts';

export interface CommandRequest {
  command: readonly string[];
  cwd?: string;
  timeoutMs?: number;
  env?: Record<string, string>;
  /** Its children may live on, as those of a command that starts a service. */
  leavesBehind?: boolean;
}

/** What a suite came to; a failure that was there before the deployment is not among `failed`. */
export interface SuiteVerdict {
  verdict: 'pass' | 'fail' | 'inconclusive';
  passed: number;
  failed: string[];
  unknown: string[];
  /** Failures of the baseline. */
  known: string[];
  /** Skips that the configuration accepts. */
  skipped: number;
  /** Failures that are in quarantine and decide nothing. */
  quarantined: number;
}

/** What a step has to act with. */
export interface StepContext {
  config: VigilConfig & { rollback: RollbackConfig };
  /** Aborted when the stage is out of budget or somebody ends it. */
  signal: AbortSignal;
  /** 1, and more when an earlier attempt was cut off. */
  attempt: number;
  /** Runs a command to its end and returns what it printed; HARNESS when it can't be started, fails or hangs. */
  run(request: CommandRequest): Promise<string>;
  /** The value behind a reference. */
  secret(reference: string): string;
  /** Tells everybody that it begins; returns who was reached. */
  announce(): Promise<string>;
  runSuite(suite: SuiteName, own?: OwnSuite): Promise<SuiteVerdict>;
  /** What ran before this rollback touched anything, for all of its options. */
  before: { readings(): Readings; keep(readings: Readings): void };
  /** Shown live beside the stage. */
  progress(text: string): void;
}

export type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** How a kind of action is carried out. Both ways must end in the same place however often they are cut off and begun again. */
export interface Performer<Kind extends Action['kind']> {
  /** Returns what it did, in a sentence. */
  perform(action: ActionOf<Kind>, context: StepContext): Promise<string> | string;
  /** Takes it back when the rollback is aborted before its third stage is done; returns what that did. */
  undo?(action: ActionOf<Kind>, context: StepContext): Promise<string | undefined> | string | undefined;
}

/** Performed and found wanting: the deployment was not the cause. */
export class StillRed extends Error {}

/** Performed and not proven: something could not be judged. */
export class NotProven extends Error {}

/** Performed, and what runs is not shown to be another release than before. */
export class ReleaseNotProven extends Error {}
