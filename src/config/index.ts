export { declaredComponents, effectiveThresholds, metricsUrlOf, noTarget } from './effective.ts';
export { type ExplainedValue, explainConfig } from './explain.ts';
export { hostsOf } from './hosts.ts';
export { type Leaf, leaves } from './leaves.ts';
export { type LoadedConfig, loadConfig, readInput } from './load.ts';
export type { DeclaredMaintenance } from './maintenance.ts';
export { type MonitoringConfig, quorumOf } from './monitoring.ts';
export type { NetworkConfig } from './network.ts';
export type { ChannelConfig, NotificationsConfig, NotificationsInput } from './notifications.ts';
export { type Policy, type RuleTimes, validatePolicy } from './policy.ts';
export { type ProbeConfig, type ProbeInput, type ProbeOf, probeId, probeSchema } from './probes.ts';
export { endOf, type QuarantineEntry } from './quarantine.ts';
export type { RollbackConfig } from './rollback.ts';
export {
  configSchema,
  type SmokeConfig,
  suiteKind,
  type TargetConfig,
  type VigilConfig,
  type VigilConfigInput,
} from './schema.ts';
export { isSecretReference } from './secret-reference.ts';
export { givenValue, referredVariables } from './secret-value.ts';
export { redactorOf } from './secrets.ts';
export { type TelemetrySettings, telemetrySettings } from './telemetry.ts';
export { validateConfig, validated } from './validate.ts';
