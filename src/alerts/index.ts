export { evaluationFailed } from './engine/evaluation-failed.ts';
export { type IncidentSummary, incidentsOf } from './engine/incidents.ts';
export type { Acknowledgement, EngineSetup, Inhibition, Observation, StepInputs } from './engine/inputs.ts';
export type { Notification, NotifiedAlert, Transition } from './engine/outputs.ts';
export { type AlertRecord, type EngineState, engineState, initialState } from './engine/state.ts';
export { type StepResult, step } from './engine/step.ts';
export type { Channel } from './notify/channel.ts';
export { openChannels } from './notify/channels.ts';
export { createDispatcher, type Dispatcher } from './notify/dispatcher.ts';
export { enqueue } from './notify/enqueue.ts';
export type { AlertEvent, ChangeEvent, NotificationEvent } from './notify/event.ts';
export { type OpenDelivery, openDelivery, sentinelChannel } from './notify/open-delivery.ts';
export { isUndelivered } from './notify/outbox-store.ts';
export { createOutboxTables, pruneOutbox } from './notify/outbox-tables.ts';
export { type ReceiptReceiver, startReceiptReceiver } from './notify/receipt-receiver.ts';
export { createRouter, interruptingChannels } from './notify/routing.ts';
export { testNotifications } from './notify/test-notifications.ts';
export { readWebhookBody, type WebhookBody } from './notify/webhook-body.ts';
export type { ChannelStatistics } from './notify/worker.ts';
export { alertText, alertTextForPrometheus } from './rules/alert-text.ts';
export { healthCheckRule } from './rules/check-alert.ts';
export { conditionToPromQL, judgeCondition } from './rules/condition.ts';
export { declaredPrefix, declaredWindows } from './rules/declared-windows.ts';
export { defaultPolicy, engineSetup } from './rules/engine-setup.ts';
export { enoughOperations } from './rules/enough-operations.ts';
export { goneReadings } from './rules/gone.ts';
export { alertRules } from './rules/make-rules.ts';
export { observeChannels, undeliveredRule, undeliveredText } from './rules/observe-channels.ts';
export { observeChecks } from './rules/observe-checks.ts';
export {
  observeRollback,
  passRateReading,
  type RollbackTriggers,
  rollbackCalls,
  rollbackTriggers,
} from './rules/observe-rollback.ts';
export { observeRules } from './rules/observe-rules.ts';
export { observeSentinel, sentinelRule } from './rules/observe-sentinel.ts';
export {
  type AlertRule,
  type RuleDefinition,
  type RuleGroup,
  runbookOfAlert,
  type Severity,
} from './rules/rule.ts';
export { ruleDefinitions } from './rules/rules.ts';
export { type Violation, violationsOf } from './rules/violations.ts';
export { evaluate, evaluateVector } from './signals/algebra/evaluate.ts';
export type { Expression } from './signals/algebra/expression.ts';
export { MemorySource, preloaded } from './signals/algebra/memory-source.ts';
export {
  burnRateOf,
  burnRateOver,
  isMeasured,
  type NamedSignal,
  quorumPassRate,
  signalExpressions,
} from './signals/algebra/named.ts';
export { operationsWithin, windowExpressions } from './signals/algebra/over-window.ts';
export { numberText, selectorText, toPromQL } from './signals/algebra/promql.ts';
export { defaultNaming, type SignalNaming, type Sli, scaledBy } from './signals/algebra/signal-naming.ts';
export type { SamplePoint, SampleSource, Series } from './signals/algebra/source.ts';
export {
  bucketsOf,
  errorRatioOf,
  increaseOf,
  latencyOf,
  observedOf,
  rateOf,
  seriesOf,
  sliSeries,
  slisOf,
} from './signals/algebra/traffic.ts';
export { type CycleSignals, cycleSignals } from './signals/cycle-signals.ts';
export { type Judgement, judgeErrorRatio, judgeP95 } from './signals/judge.ts';
export {
  combinedLive,
  isBeyond,
  type LiveSample,
  type LiveWindow,
  liveSampleOf,
  liveWindow,
  sinceStart,
} from './signals/live-window.ts';
export { jobs, namingOf, probesUpRecord, testsJob } from './signals/naming.ts';
export {
  type ComponentSample,
  componentMeans,
  componentSampleOf,
  liveSignals,
  type SignalValues,
} from './signals/reading.ts';
export { type Point, sustained } from './signals/sustained.ts';
