import type { Step, TypePlan } from './plan.ts';
import type { Journal } from './runs/journal.ts';
import type { StageName, StageStatus } from './runs/run.ts';
import type { StepContext } from './steps/context.ts';

/** How one option ended, and what a person is told of it. */
export interface Outcome {
  status: 'succeeded' | 'failed' | 'aborted' | 'escalated' | 'interrupted';
  detail: string;
}

/** What a person sees while it runs. */
export type ProgressEvent =
  | { kind: 'stage'; stage: StageName; budgetMs: number }
  | { kind: 'text'; stage: StageName; text: string }
  | { kind: 'stage-end'; stage: StageName; status: StageStatus; tookMs: number; detail: string };

export type ContextFor = (
  step: Step,
  attempt: number,
  signal: AbortSignal,
  progress: (text: string) => void,
) => StepContext;

export interface ExecuteOptions {
  journal: Journal;
  id: string;
  planned: TypePlan;
  contextFor: ContextFor;
  /** Ends the process' work where it stands, as a kill would; another process goes on. */
  stop: AbortSignal;
  onProgress(event: ProgressEvent): void;
}
