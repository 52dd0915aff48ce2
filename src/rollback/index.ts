export type { ProgressEvent } from './execute.ts';
export { makePlan } from './make-plan.ts';
export type { RollbackPlan, TypePlan } from './plan.ts';
export { planText } from './plan-text.ts';
export { endedLine, runningLine } from './progress-line.ts';
export {
  executePlan,
  resumeRollback,
  type SessionOptions,
  type SessionResult,
} from './session.ts';
export { suiteRunner } from './suites.ts';
export { settleRollbacks } from './tell-end.ts';
