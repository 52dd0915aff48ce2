import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { RenderedDocument } from '../../compare-documents.ts';
import { dashboardsFolder, dashboardUid } from '../containers/images.ts';
import type { MonitoringSettings } from '../settings.ts';
import { fromTemplate } from '../template.ts';
import { yamlFile } from '../yaml-file.ts';
import { activeAlerts, statPanels, testDetails } from './panels-of-now.ts';
import { overTime, prometheusSource } from './queries.ts';
import { seriesPanels } from './series-panels.ts';

const annotation = (name: string, source: { type: string; uid: string }, colour: string) =>
  new AnnotationQueryBuilder().name(name).datasource(source).enable(true).iconColor(colour);

/** Annotations that somebody wrote into Grafana under a tag, as a deployment's pipeline does. */
function tagged(name: string, tag: string, colour: string): AnnotationQueryBuilder {
  const target = { limit: 100, matchAny: false, tags: [tag], type: 'tags' };
  const source = { type: 'grafana', uid: '-- Grafana --' };
  return annotation(name, source, colour).target({ build: () => target as never });
}

/** Annotations where an expression has a value. */
function measured(name: string, expr: string, title: string, colour: string): AnnotationQueryBuilder {
  return annotation(name, prometheusSource, colour)
    .expr(expr)
    .target(overTime('Anno', expr, ''))
    .step('60s')
    .titleFormat(title)
    .tagKeys('job,trigger');
}

/** Deployments and rollbacks: those that are written into Grafana, and those that the metrics show. */
function annotationQueries(services: string): AnnotationQueryBuilder[] {
  const starts = `changes(process_start_time_seconds{job=~${JSON.stringify(services)}}[2m]) > 0`;
  const required = 'max by (trigger) (vigil_rollback_required) > 0';
  return [
    tagged('Deployments', 'deployment', 'blue'),
    tagged('Rollbacks', 'rollback', 'purple'),
    measured('Service starts', starts, '{{job}} started anew', 'light-blue'),
    measured('Rollback required', required, 'rollback required: {{trigger}}', 'red'),
  ];
}

/** The 13 panels, of the same expressions that are evaluated for alerts. */
export function dashboard(settings: MonitoringSettings): Dashboard {
  const builder = new DashboardBuilder(`${settings.name} 48-Hour Post-Deployment Monitoring`)
    .uid(dashboardUid(settings.naming))
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
      path: `grafana/dashboards/${dashboardUid(settings.naming)}.json`,
      text: `${JSON.stringify(dashboard(settings), null, 2)}\n`,
    },
    ...provisioning.map(([file, content]) => ({
      path: `grafana/provisioning/${file}`,
      text: yamlFile(content),
    })),
  ];
}
