export { type GateCondition, shownValues } from './gate/condition.ts';
export { decide, type GateDecision, type GateVerdict, verdictOfConditions } from './gate/decide.ts';
export {
  type Answer,
  type Asking,
  answerOn,
  askHistory,
  keepAnswer,
  letsThrough,
  recordDeployment,
  rolloutStanding,
} from './gate/gate.ts';
export { evidenceWith } from './gate/gate-evidence.ts';
export { shielded, tellGitHub } from './gate/github.ts';
export { gateExtension } from './gate/http/gate-extension.ts';
export { junitReport } from './gate/junit-report.ts';
export { soakRoom, standingOf } from './gate/plan.ts';
export { type PrometheusStore, prometheusEvidence } from './gate/prometheus/prometheus-evidence.ts';
export { renderDecision } from './gate/render-decision.ts';
export { rollbacksSince } from './gate/rollbacks.ts';
export { type GateSetup, gateSetup, stageOf } from './gate/setup.ts';
export type { StoredState } from './gate/stored-state.ts';
export { waitForPass } from './gate/wait.ts';
export { automaticRollback, rollbackAdvice, rollbackAnswer } from './rollback/automatic-rollback.ts';
export { makePlan } from './rollback/make-plan.ts';
export { openSession, type Session } from './rollback/open-session.ts';
export type { RollbackPlan } from './rollback/plan.ts';
export { planText } from './rollback/plan-text.ts';
export { progressPrinter } from './rollback/progress-printer.ts';
export { detectionMs } from './rollback/runs/automatic.ts';
export { openJournal } from './rollback/runs/journal.ts';
export {
  type RollbackRun,
  type RollbackStage,
  type RollbackType,
  rollbackRuns,
  rollbackTypes,
  stageNames,
} from './rollback/runs/run.ts';
export { type ShadowRollback, shadowRecord, shadowRollbacks } from './rollback/runs/shadow.ts';
export { firingTrigger } from './rollback/runs/triggers.ts';
export { abortRollback, executePlan, resumeRollback, type SessionResult } from './rollback/session.ts';
export type { SessionOptions } from './rollback/session-options.ts';
export { suiteRunner } from './rollback/suites.ts';
export { settleRollbacks } from './rollback/tell-end.ts';
