export { abortedAfterRunning, afterRunning } from './after-running.ts';
export {
  type CheckDefinition,
  type CheckSubject,
  type Component,
  checksOfPassRate,
  type Group,
  groups,
  type Priority,
  runbookOf,
  type Severity,
  subjectLabels,
  testTitle,
} from './catalogue/check-definition.ts';
export { ofFormer } from './catalogue/former-name.ts';
export { describeMeasurement, isMet, type Measurement } from './catalogue/measurement.ts';
export {
  checksOfShard,
  patternOfTitles,
  type Shard,
  shardOf,
  shardText,
  withoutShard,
} from './catalogue/shard.ts';
export type { AuthConfig } from './config/auth.ts';
export { dependenciesIn, dependentsIn } from './config/dependents.ts';
export { type Dependency, type DependencyEnd, dependencyFaults } from './config/depends-on.ts';
export { type DeploymentsInput, fileSchema } from './config/deployments.ts';
export {
  declaredComponents,
  effectiveThresholds,
  embeddedTargetId,
  noTarget,
  targetIdOf,
} from './config/effective.ts';
export { type ExplainedValue, explainConfig } from './config/explain.ts';
export { freshSecret, registerSecret } from './config/fresh-secret.ts';
export type { LedgerConfig } from './config/ledger.ts';
export {
  type ConfigSource,
  type DeploymentToLoad,
  handedConfig,
  type LoadedConfig,
  type LoadedDeployments,
  loadConfig,
  loadDeployments,
  loadHanded,
  readInput,
} from './config/load.ts';
export type { DeclaredMaintenance } from './config/maintenance.ts';
export { quorumOf } from './config/monitoring.ts';
export type { NetworkConfig } from './config/network.ts';
export type { ChannelConfig } from './config/notifications.ts';
export { type RuleTimes, validatePolicy } from './config/policy.ts';
export { instanceName, subjectOfProbe } from './config/probe-subject.ts';
export {
  addressOfProbe,
  type ProbeConfig,
  type ProbeInput,
  type ProbeOf,
  probeId,
  probeSchema,
} from './config/probes.ts';
export { endOf, type QuarantineEntry } from './config/quarantine.ts';
export type { RollbackConfig } from './config/rollback.ts';
export {
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
  isSecretReference,
  type ResolveSecret,
  referredVariables,
  secretResolver,
  variablesFor,
} from './config/secret-reference.ts';
export { redactorOf, renewSecrets, requireSecrets, secretUses } from './config/secrets.ts';
export { type ServiceConfig, servicesAt, watchesGenesis } from './config/service-list.ts';
export { storeUrlOf } from './config/store.ts';
export { type TelemetryAsked, telemetryAsked, telemetrySdk } from './config/telemetry.ts';
export {
  genesisTraffic,
  type MetricSelector,
  type Traffic,
  type TrafficMetrics,
  type TrafficPreset,
  trafficOf,
} from './config/traffic.ts';
export { validateConfig, validated } from './config/validate.ts';
export {
  documentBound,
  documentHead,
  documentTime,
  documentUnit,
  documentVerdict,
  headAt,
} from './document-head.ts';
export { findPeer } from './environment/peers.ts';
export { proxyFor } from './environment/proxies.ts';
export {
  type CiEnvironment,
  ciEnvironment,
  givenCompileCache,
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
  type Holder,
  holderText,
  isHeldElsewhere,
  isOfThisPlace,
  lockHolder,
  type ProcessLock,
  takeProcessLock,
} from './files/process-lock.ts';
export { programFile } from './files/program.ts';
export { readStored } from './files/read-stored.ts';
export { requireReports, requireTemporaryFolder } from './files/writable-folder.ts';
export { inThread } from './in-thread.ts';
export { atOnce, inTurns } from './in-turns.ts';
export { keysOf } from './keys-of.ts';
export { labelFingerprint } from './labels/fingerprint.ts';
export { type LabelSet, labelKey, labelOrder, labelsText } from './labels/label-set.ts';
export { type Matcher, matches, parseMatchers } from './labels/matcher.ts';
export { settledWithin } from './settled-within.ts';
export { lowerBoundOfShare, requireCounts, upperBoundOfShare } from './statistics/binomial.ts';
export { atLeast, atMost, binomialMass } from './statistics/binomial-distribution.ts';
export { compareSamples } from './statistics/mann-whitney.ts';
export { normalTwoSided } from './statistics/normal.ts';
export { chanceOfMore, chanceText, compareShares } from './statistics/proportions.ts';
export { median, middleOf, quantile } from './statistics/quantile.ts';
export { below } from './text/below.ts';
export { byText } from './text/by-text.ts';
export { jsonFaults, shownValue } from './text/json-faults.ts';
export { valueAt } from './text/json-path.ts';
export { mapTexts } from './text/map-texts.ts';
export { didYouMean } from './text/nearest.ts';
export { quotedRegex } from './text/quoted-regex.ts';
export { redactXml } from './text/redact-xml.ts';
export { createRedactor, type Redactor } from './text/redactor.ts';
export { oneLine, printable, shortened } from './text/safe-text.ts';
export { commandAsStarted, type Started, shellText } from './text/shell-text.ts';
export { decodedUri, shownUrl } from './text/shown-url.ts';
export { deploymentLabel } from './text/slug.ts';
export { type Style, signOf } from './text/style.ts';
export { timesText } from './text/times.ts';
export { wrapped } from './text/wrapped.ts';
export { xmlText } from './text/xml-text.ts';
export { type Bound, formatBound, holds, operators, opposite } from './thresholds/bound.ts';
export { type LimitText, parseLimit, toBase, type WrittenUnit } from './thresholds/limit-text.ts';
export {
  mostClockSkewSeconds,
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
export { durationLiteral, formatDuration, parseDuration, wholeSeconds } from './units/duration.ts';
export { isoSecond } from './units/iso-second.ts';
export {
  formatAgainst,
  formatDifference,
  formatInterval,
  formatValue,
  grouped,
  type Unit,
  units,
} from './units/unit.ts';
