export { advisoryRecords } from './gate/advisory.ts';
export { type GateCondition, shownValues } from './gate/condition.ts';
export { decide, type GateDecision, type GateVerdict, verdictOfConditions } from './gate/decide.ts';
export { type DeployedDocument, gateSchema } from './gate/decision-schema.ts';
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
export { bodyOf, type Guarded, guard, refuse } from './gate/http/service.ts';
export { junitReport } from './gate/junit-report.ts';
export { soakRoom, standingOf } from './gate/plan.ts';
export { askEvidence, quorumStoreOf, storeIn } from './gate/prometheus/ask-evidence.ts';
export { type PrometheusStore, prometheusEvidence } from './gate/prometheus/prometheus-evidence.ts';
export { setupForRelease } from './gate/proven.ts';
export { releaseCause } from './gate/release-cause.ts';
export { overdueMs, tellRelease } from './gate/release-notices.ts';
export { renderDecision } from './gate/render-decision.ts';
export {
  isBack,
  isTakenAway,
  type RecordedRollback,
  rollbacksSince,
} from './gate/rollbacks.ts';
export { type GateSetup, gateSetup, stageOf } from './gate/setup.ts';
export type { StoredState } from './gate/stored-state.ts';
export { type WaitOptions, waitForPass } from './gate/wait.ts';
export { waitForRelease } from './gate/wait-release.ts';
export {
  automaticRollback,
  rollbackAdvice,
  rollbackAnswer,
  rollbackMissing,
} from './rollback/automatic-rollback.ts';
export { makePlan, type PlanRequest } from './rollback/make-plan.ts';
export { openSession, type Session } from './rollback/open-session.ts';
export type { RollbackPlan } from './rollback/plan.ts';
export { planText } from './rollback/plan-text.ts';
export { NothingToRollBackTo } from './rollback/plans/git.ts';
export { progressPrinter } from './rollback/progress-printer.ts';
export {
  type PlanDocument,
  type RollbackDocument,
  rollbackOutputSchema,
  rollbackRunSchema,
} from './rollback/rollback-schema.ts';
export { agreementOf } from './rollback/runs/agreement.ts';
export { detectionMs } from './rollback/runs/automatic.ts';
export { explainedBefore } from './rollback/runs/explained-before.ts';
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
export { askTakenBack } from './rollback/taken-back.ts';
export { settleRollbacks } from './rollback/tell-end.ts';
