import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboardUid } from '../names.ts';
import type { MonitoringSettings } from '../settings.ts';
import { annotationQueries } from './annotations.ts';
import { activeAlerts, testDetails } from './list-panels.ts';
import { seriesPanels } from './series-panels.ts';
import { statPanels } from './stat-panels.ts';

/** The 13 panels, of the same expressions that are evaluated for alerts. */
export function dashboard(settings: MonitoringSettings): Dashboard {
  const builder = new DashboardBuilder(`${settings.name} 48-Hour Post-Deployment Monitoring`)
    .uid(dashboardUid)
    .description('Made by vigil render; change the thresholds, the rules or the configuration instead.')
    .tags(['vigil'])
    .refresh('10s')
    .time({ from: 'now-48h', to: 'now' })
    .timezone('browser')
    .readonly()
    .annotations(annotationQueries(settings.naming.services));
  for (const panel of [...statPanels(settings), ...seriesPanels(settings), testDetails(), activeAlerts()])
    builder.withPanel(panel);
  return builder.build();
}
