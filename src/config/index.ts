export { declaredComponents, effectiveThresholds } from './effective.ts';
export {
  type CiEnvironment,
  ciEnvironment,
  minimalEnvironment,
  type RunEnvironment,
  runEnvironment,
  secretEnvironment,
  variables,
} from './environment.ts';
export { type LoadedConfig, loadConfig, readInput } from './load.ts';
export type { DeclaredMaintenance } from './maintenance.ts';
export { type MonitoringConfig, quorumOf } from './monitoring.ts';
export type { ChannelConfig, NotificationsConfig, NotificationsInput } from './notifications.ts';
export { type Policy, type RuleTimes, validatePolicy } from './policy.ts';
export type { RollbackConfig } from './rollback.ts';
export type { SmokeConfig, TargetConfig, VigilConfig, VigilConfigInput } from './schema.ts';
export { isSecretReference } from './secret-reference.ts';
export { type TelemetrySettings, telemetrySettings } from './telemetry.ts';
export { validateConfig, validated } from './validate.ts';
