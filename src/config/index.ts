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
export { type LoadedConfig, loadConfig } from './load.ts';
export type { ChannelConfig, NotificationsConfig, NotificationsInput } from './notifications.ts';
export type { RollbackConfig } from './rollback.ts';
export type { SmokeConfig, TargetConfig, VigilConfig, VigilConfigInput } from './schema.ts';
export { isSecretReference } from './secret-reference.ts';
export { validateConfig } from './validate.ts';
