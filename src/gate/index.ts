export type { Condition, ConditionOutcome } from './condition.ts';
export { decide, type GateDecision, type GateQuestion, type GateRules, type GateVerdict } from './decide.ts';
export type { DecisionDocument } from './document.ts';
export type {
  CanaryEvidence,
  GateEvidence,
  RecordedEvidence,
  SignalEvidence,
  TrafficEvidence,
} from './evidence.ts';
export {
  type Answer,
  type Asking,
  answerOn,
  askHistory,
  keepAnswer,
  letsThrough,
  rolloutStanding,
} from './gate.ts';
export { type GateSetup, gateEvidence } from './gate-evidence.ts';
export { githubAnnotations, githubSummary } from './github.ts';
export { gateExtension } from './http/index.ts';
export { junitReport } from './junit-report.ts';
export { type RolloutPlan, type Standing, standingOf } from './plan.ts';
export { type PrometheusStore, prometheusEvidence } from './prometheus/prometheus-evidence.ts';
export { renderDecision } from './render-decision.ts';
export { rollbackWarning } from './rollbacks.ts';
export { gateSetup, stageOf } from './setup.ts';
