export { monitoringFiles, stackFiles } from './monitoring-files.ts';
export type { MonitoringSettings, Probe, Receivers } from './settings.ts';
export { settingsOf } from './settings-of.ts';
