import { type AlertRule, alertRules } from '../../../alerts/index.ts';
import type { MonitoringSettings } from './settings.ts';

/** The alert rules with the limits, names and intervals of the settings. */
export const rulesOf = ({ table, naming, cycle }: MonitoringSettings): AlertRule[] =>
  alertRules(table, naming, cycle.intervalMs);
