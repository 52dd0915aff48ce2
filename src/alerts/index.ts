export { alertText, alertTextForPrometheus } from './alert-text.ts';
export { type Condition, conditionToPromQL, judgeCondition } from './condition.ts';
export { type DeclaredWindow, declaredPrefix, declaredWindows } from './declared-windows.ts';
export {
  type Acknowledgement,
  type AlertRecord,
  type AlertStatus,
  type EnginePolicy,
  type EngineRule,
  type EngineSetup,
  type EngineState,
  type Inhibition,
  initialState,
  type MaintenanceWindow,
  type Mute,
  type MutedAlert,
  type Notification,
  type NotifiedAlert,
  type Observation,
  type Reading,
  type StepInputs,
  type StepResult,
  step,
  type Transition,
} from './engine/index.ts';
export { defaultPolicy, engineSetup } from './engine-setup.ts';
export { alertRules } from './make-rules.ts';
export { observeChecks } from './observe-checks.ts';
export {
  observeRollback,
  type RollbackEvidence,
  type RollbackTriggers,
  rollbackCalls,
  rollbackTriggers,
} from './observe-rollback.ts';
export { observeRules, observeValues } from './observe-rules.ts';
export {
  type AlertRule,
  type RuleDefinition,
  type RuleGroup,
  type Severity,
  severityOf,
} from './rule.ts';
export { ruleDefinitions } from './rules.ts';
export { type Violation, violationsOf } from './violations.ts';
