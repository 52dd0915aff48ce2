import type { RenderedDocument } from '../../compare-documents.ts';
import { dashboardsFolder } from '../names.ts';
import type { MonitoringSettings } from '../settings.ts';
import { yamlFile } from '../yaml-file.ts';
import { dashboard } from './dashboard.ts';
import { prometheusSource } from './queries.ts';

function datasources({ prometheus, alertmanager, scrapeIntervalMs }: MonitoringSettings): string {
  return yamlFile({
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        name: 'Prometheus',
        ...prometheusSource,
        access: 'proxy',
        url: prometheus,
        isDefault: true,
        editable: false,
        jsonData: {
          httpMethod: 'POST',
          timeInterval: `${scrapeIntervalMs / 1000}s`,
          manageAlerts: true,
          alertmanagerUid: 'alertmanager',
        },
      },
      {
        name: 'Alertmanager',
        type: 'alertmanager',
        uid: 'alertmanager',
        access: 'proxy',
        url: alertmanager,
        editable: false,
        jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
      },
    ],
  });
}

function provider(): string {
  return yamlFile({
    apiVersion: 1,
    providers: [
      {
        name: 'vigil',
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        options: { path: dashboardsFolder },
      },
    ],
  });
}

/** Everything under grafana/: the dashboard, and what makes Grafana load it with its two datasources. */
export function grafanaFiles(settings: MonitoringSettings): RenderedDocument[] {
  return [
    {
      path: 'grafana/dashboards/genesis-48h.json',
      text: `${JSON.stringify(dashboard(settings), null, 2)}\n`,
    },
    { path: 'grafana/provisioning/dashboards/vigil.yaml', text: provider() },
    { path: 'grafana/provisioning/datasources/vigil.yaml', text: datasources(settings) },
  ];
}
