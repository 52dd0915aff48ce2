export { alertRulesFile, ruleGroups, watchdog } from './alert-rules-file.ts';
export { alertmanagerConfig } from './alertmanager-config.ts';
export { monitoringFiles, stackFiles } from './monitoring-files.ts';
export { prometheusConfig } from './prometheus-config.ts';
export type { MonitoringSettings, Probe, Receivers } from './settings.ts';
export { settingsOf } from './settings-of.ts';
