export {
  type CheckDefinition,
  type Component,
  checksOfPassRate,
  type Group,
  groups,
  type Priority,
  runbookOf,
  type Severity,
  testTitle,
} from './catalogue/check-definition.ts';
export { ofFormer } from './catalogue/former-name.ts';
export { describeMeasurement, isMet, type Measurement } from './catalogue/measurement.ts';
export { checksOfShard, groupsOfShard, shardOf, shardText } from './catalogue/shard.ts';
export type { AuthConfig } from './config/auth.ts';
export {
  declaredComponents,
  effectiveThresholds,
  embeddedTargetId,
  noTarget,
  targetIdOf,
} from './config/effective.ts';
export { type ExplainedValue, explainConfig } from './config/explain.ts';
export { freshSecret, registerSecret } from './config/fresh-secret.ts';
export { type LoadedConfig, loadConfig, readInput } from './config/load.ts';
export type { DeclaredMaintenance } from './config/maintenance.ts';
export { quorumOf } from './config/monitoring.ts';
export type { NetworkConfig } from './config/network.ts';
export type { ChannelConfig } from './config/notifications.ts';
export { type RuleTimes, validatePolicy } from './config/policy.ts';
export { type ProbeConfig, type ProbeInput, type ProbeOf, probeId, probeSchema } from './config/probes.ts';
export { endOf, type QuarantineEntry } from './config/quarantine.ts';
export type { RollbackConfig } from './config/rollback.ts';
export {
  configSchema,
  hostsOf,
  type SmokeConfig,
  suiteKind,
  type TargetConfig,
  type VigilConfig,
  type VigilConfigInput,
} from './config/schema.ts';
export {
  givenSecret,
  givenValue,
  type ResolveSecret,
  secretResolver,
  variablesFor,
} from './config/secret-reference.ts';
export { redactorOf, requireSecrets, secretUses } from './config/secrets.ts';
export { type ServiceConfig, servicesAt, watchesGenesis } from './config/service-list.ts';
export { type TelemetrySettings, telemetrySettings } from './config/telemetry.ts';
export {
  genesisTraffic,
  type MetricSelector,
  type Traffic,
  type TrafficMetrics,
  type TrafficPreset,
  trafficOf,
} from './config/traffic.ts';
export { validateConfig, validated } from './config/validate.ts';
export { proxyFor } from './environment/proxies.ts';
export {
  type CiEnvironment,
  ciEnvironment,
  minimalEnvironment,
  runEnvironment,
  userHome,
  variables,
} from './environment/variables.ts';
export { messageOf, VigilError, type VigilErrorCode, type VigilErrorDetails } from './errors.ts';
export { writeAtomically } from './files/atomic-file.ts';
export { requireLocks } from './files/file-system.ts';
export { withFolderLock } from './files/folder-lock.ts';
export {
  holderText,
  isHeldElsewhere,
  isOfThisPlace,
  lockHolder,
  type ProcessLock,
  takeProcessLock,
} from './files/process-lock.ts';
export { readStored } from './files/read-stored.ts';
export { requireTemporaryFolder, requireWritable } from './files/writable-folder.ts';
export { inThread } from './in-thread.ts';
export { atOnce, inTurns } from './in-turns.ts';
export { labelFingerprint } from './labels/fingerprint.ts';
export { type LabelSet, labelKey, labelOrder } from './labels/label-set.ts';
export { type Matcher, matches, parseMatchers } from './labels/matcher.ts';
export { lowerBoundOfShare, requireCounts, upperBoundOfShare } from './statistics/binomial.ts';
export { atLeast, atMost, binomialMass } from './statistics/binomial-distribution.ts';
export { hodgesLehmann, mannWhitney } from './statistics/mann-whitney.ts';
export { normalTwoSided } from './statistics/normal.ts';
export { compareShares } from './statistics/proportions.ts';
export { median, middleOf, quantile } from './statistics/quantile.ts';
export { byText } from './text/by-text.ts';
export { valueAt } from './text/json-path.ts';
export { mapTexts } from './text/map-texts.ts';
export { redactXml } from './text/redact-xml.ts';
export { createRedactor, type Redactor } from './text/redactor.ts';
export { oneLine, printable, shortened } from './text/safe-text.ts';
export { decodedUri, shownUrl } from './text/shown-url.ts';
export { type Style, signOf } from './text/style.ts';
export { wrapped } from './text/wrapped.ts';
export { xmlText } from './text/xml-text.ts';
export { type Bound, formatBound, holds, opposite } from './thresholds/bound.ts';
export { type LimitText, parseLimit, toBase, type WrittenUnit } from './thresholds/limit-text.ts';
export {
  resolveThreshold,
  type SignalName,
  type SignalThresholds,
  type ThresholdLevel,
  type ThresholdRef,
  type ThresholdTable,
  thresholds,
} from './thresholds/thresholds.ts';
export {
  type BurnWindow,
  burnWindows,
  checkFlips,
  cycleAgeBound,
  cycleIntervalSeconds,
  metricsAbsentSeconds,
} from './thresholds/watch-limits.ts';
export { formatDuration, parseDuration } from './units/duration.ts';
export { formatBeside, formatValue, grouped, type Unit } from './units/unit.ts';
