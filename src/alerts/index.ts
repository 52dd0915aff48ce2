export { firstNotification } from './engine/deliver.ts';
export { evaluationFailed } from './engine/evaluation-failed.ts';
export { type IncidentSummary, incidentsOf } from './engine/incidents.ts';
export type { Acknowledgement, EngineSetup, Inhibition, Observation, StepInputs } from './engine/inputs.ts';
export { maintenanceOf } from './engine/mute.ts';
export { alertLabels } from './engine/observe-all.ts';
export type { Notification, NotifiedAlert, Transition } from './engine/outputs.ts';
export {
  type AlertIncident,
  type AlertRecord,
  alertRecord,
  type EngineState,
  engineState,
  initialState,
} from './engine/state.ts';
export { type StepResult, step } from './engine/step.ts';
export type { Channel } from './notify/channel.ts';
export { openChannels } from './notify/channels.ts';
export { createDispatcher, type Dispatcher } from './notify/dispatcher.ts';
export { enqueue } from './notify/enqueue.ts';
export {
  type AlertEvent,
  alertAnnotations,
  alertEvent,
  type ChangeEvent,
  type NotificationEvent,
  streamOf,
} from './notify/event.ts';
export {
  handOver,
  holdBack,
  noteNotified,
  openNotified,
  releaseHeldBack,
  sharedStreamOf,
} from './notify/held-back.ts';
export { type OpenDelivery, openDelivery, sentinelChannel } from './notify/open-delivery.ts';
export { isUndelivered, wasQueued } from './notify/outbox-store.ts';
export { createOutboxTables, pruneOutbox } from './notify/outbox-tables.ts';
export { type ReceiptReceiver, startReceiptReceiver } from './notify/receipt-receiver.ts';
export {
  channelsByRoutes,
  createRouter,
  type Escalation,
  interruptingChannels,
} from './notify/routing.ts';
export { openSpareOutbox, type SpareOutbox } from './notify/spare-outbox.ts';
export { testNotifications } from './notify/test-notifications.ts';
export { readWebhookBody, type WebhookBody } from './notify/webhook-body.ts';
export type { ChannelStatistics } from './notify/worker.ts';
export { alertText, alertTextForPrometheus } from './rules/alert-text.ts';
export { healthCheckRule } from './rules/check-alert.ts';
export { conditionToPromQL, judgeCondition } from './rules/condition.ts';
export { declaredPrefix, declaredWindows } from './rules/declared-windows.ts';
export { dependencyInhibitions } from './rules/dependency-inhibitions.ts';
export {
  isDownOutsideRelease,
  type JudgedRelease,
  releasesSaidLast,
  seenBeforeMs,
} from './rules/down-instances.ts';
export { defaultPolicy, engineSetup } from './rules/engine-setup.ts';
export { goneReadings, withOutlived } from './rules/gone.ts';
export {
  alertRules,
  answeringOf,
  burnRatesOf,
  signalsOfServices,
  trafficCondition,
} from './rules/make-rules.ts';
export { observeChannels, undeliveredRule, undeliveredText } from './rules/observe-channels.ts';
export { observeChecks } from './rules/observe-checks.ts';
export { observeRecording, recordingRule, recordingText } from './rules/observe-recording.ts';
export {
  type InstanceRelease,
  observeReleases,
  releaseRule,
  unexpectedReleaseText,
} from './rules/observe-releases.ts';
export {
  countedAsPassed,
  observeRollback,
  passRateReading,
  type RollbackTriggers,
  rollbackCalls,
  rollbackTriggers,
} from './rules/observe-rollback.ts';
export { observeRules } from './rules/observe-rules.ts';
export { observeSentinel, sentinelRule } from './rules/observe-sentinel.ts';
export { cutOffRule, cutOffText, observeWitness } from './rules/observe-witness.ts';
export { failingFirst, passRateStep } from './rules/pass-rate-step.ts';
export {
  type AlertRule,
  type RuleDefinition,
  type RuleGroup,
  runbookOfAlert,
  type Severity,
} from './rules/rule.ts';
export { ruleDefinitions } from './rules/rules.ts';
export { ruleOfAlert } from './rules/trigger-limits.ts';
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
export { grown } from './signals/algebra/range-functions.ts';
export {
  boundOf,
  isSuccess,
  routeAnswersMetric,
  routeDurationsMetric,
  routeOf,
  routeSlowMetric,
  slowBounds,
} from './signals/algebra/routes.ts';
export { lookBackMs } from './signals/algebra/select.ts';
export { defaultNaming, type SignalNaming, type Sli, scaledBy } from './signals/algebra/signal-naming.ts';
export { instanceKey, type SamplePoint, type SampleSource, type Series } from './signals/algebra/source.ts';
export {
  bucketsOf,
  byStatusOf,
  durationBucketsOf,
  errorRatioOf,
  increaseOf,
  latencyOf,
  liveWindowOf,
  mostOwn,
  observedOf,
  ownShareOf,
  queriesOf,
  rateOf,
  seriesOf,
  sliSeries,
  slisOf,
} from './signals/algebra/traffic.ts';
export { withMatchers } from './signals/algebra/with-matchers.ts';
export { type CycleSignals, cycleSignals } from './signals/cycle-signals.ts';
export { type Judgement, judgeErrorRatio, judgeP95, operationsToResolve } from './signals/judge.ts';
export {
  combinedLive,
  isBeyond,
  type LiveSample,
  type LiveWindow,
  liveSampleOf,
  liveWindow,
  sinceStart,
} from './signals/live-window.ts';
export {
  instanceReleaseMetric,
  jobs,
  namingOf,
  probesUpRecord,
  processStartMetric,
  testsJob,
} from './signals/naming.ts';
export {
  type ComponentSample,
  componentMeans,
  componentSampleOf,
  liveSignals,
  type SignalValues,
} from './signals/reading.ts';
export { type Point, sustained } from './signals/sustained.ts';
