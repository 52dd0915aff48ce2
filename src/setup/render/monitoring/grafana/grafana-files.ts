import { AnnotationQueryBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { durationLiteral } from '../../../../core/index.ts';
import type { RenderedDocument } from '../../compare-documents.ts';
import { dashboardsFolder, dashboardUid } from '../containers/images.ts';
import type { MonitoringSettings } from '../settings.ts';
import { fromTemplate } from '../template.ts';
import { yamlFile } from '../yaml-file.ts';
import { board } from './board.ts';
import { activeAlerts, statPanels, testDetails } from './panels-of-now.ts';
import { chosenSource, overTime, seriesOfChosen } from './queries.ts';
import { seriesPanels } from './series-panels.ts';
import { sourceAccess } from './source-access.ts';
import { triggerPanels } from './trigger-panels.ts';

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
  return annotation(name, chosenSource, colour)
    .expr(expr)
    .target(overTime('Anno', expr, ''))
    .step('60s')
    .titleFormat(title)
    .tagKeys('job,trigger');
}

/** How far back a service that started anew is seen; never less than two scrapes, between which it changed. */
const shortestStartWindowMs = 120_000;

/** Deployments and rollbacks: those that are written into Grafana, and those that the metrics show. */
function annotationQueries({ naming, scrapeIntervalMs }: MonitoringSettings): AnnotationQueryBuilder[] {
  const started = { label: 'job', operator: '=~', value: naming.services } as const;
  const window = durationLiteral(Math.max(shortestStartWindowMs, 2 * scrapeIntervalMs));
  const starts = `changes(${seriesOfChosen('process_start_time_seconds', started)}[${window}]) > 0`;
  const required = `max by (trigger) (${seriesOfChosen('vigil_rollback_required')}) > 0`;
  return [
    tagged('Deployments', 'deployment', 'blue'),
    tagged('Rollbacks', 'rollback', 'purple'),
    measured('Service starts', starts, '{{job}} restarted', 'light-blue'),
    measured('Rollback required', required, 'rollback required: {{trigger}}', 'red'),
  ];
}

/** The 13 panels, of the same expressions that are evaluated for alerts. */
export function dashboard(settings: MonitoringSettings): Dashboard {
  const { name, naming } = settings;
  const builder = board(settings, dashboardUid(naming), `${name} 48-Hour Post-Deployment Monitoring`);
  builder.annotations(annotationQueries(settings));
  for (const panel of [...statPanels(settings), ...seriesPanels(settings), testDetails(), activeAlerts()])
    builder.withPanel(panel);
  return builder.build();
}

/** What does not belong to the 13: throughput, error budget, triggers and coverage. */
export function triggersDashboard(settings: MonitoringSettings): Dashboard {
  const { name, naming } = settings;
  const uid = `${dashboardUid(naming)}-triggers`;
  const builder = board(settings, uid, `${name} Throughput, Error Budget, Triggers and Coverage`);
  for (const panel of triggerPanels(settings)) builder.withPanel(panel);
  return builder.build();
}

/** Everything under grafana/: the dashboard, and what makes Grafana load it with its two datasources. */
export function grafanaFiles(settings: MonitoringSettings): RenderedDocument[] {
  const { prometheus, alertmanager, scrapeIntervalMs } = settings;
  const [asking, alerting] = [
    sourceAccess(settings.prometheusAccess, 'prometheus'),
    sourceAccess(settings.alertmanagerAccess, 'alertmanager'),
  ];
  const named = (prefix: string, access: ReturnType<typeof sourceAccess>) =>
    Object.fromEntries(Object.entries(access).map(([key, value]) => [`${prefix}_${key}`, value]));
  const values = {
    ...named('prometheus', asking),
    ...named('alertmanager', alerting),
    dashboardsFolder,
    prometheus,
    alertmanager,
    scrapeInterval: `${scrapeIntervalMs / 1000}s`,
  };
  const provisioning = Object.entries(fromTemplate('grafana.yaml', values));
  return [
    ...[dashboard(settings), triggersDashboard(settings)].map((one) => ({
      path: `grafana/dashboards/${one.uid}.json`,
      text: `${JSON.stringify(one, null, 2)}\n`,
    })),
    ...provisioning.map(([file, content]) => ({
      path: `grafana/provisioning/${file}`,
      text: yamlFile(content),
    })),
  ];
}
