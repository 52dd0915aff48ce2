import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { RenderedDocument } from '../../compare-documents.ts';
import { dashboardsFolder, dashboardUid } from '../containers/images.ts';
import type { MonitoringSettings } from '../settings.ts';
import { fromTemplate } from '../template.ts';
import { yamlFile } from '../yaml-file.ts';
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

/** Everything under grafana/: the dashboard, and what makes Grafana load it with its two datasources. */
export function grafanaFiles(settings: MonitoringSettings): RenderedDocument[] {
  const { prometheus, alertmanager, scrapeIntervalMs } = settings;
  const values = {
    dashboardsFolder,
    prometheus,
    alertmanager,
    scrapeInterval: `${scrapeIntervalMs / 1000}s`,
  };
  const provisioning = Object.entries(fromTemplate('grafana.yaml', values));
  return [
    {
      path: 'grafana/dashboards/genesis-48h.json',
      text: `${JSON.stringify(dashboard(settings), null, 2)}\n`,
    },
    ...provisioning.map(([file, content]) => ({
      path: `grafana/provisioning/${file}`,
      text: yamlFile(content),
    })),
  ];
}
