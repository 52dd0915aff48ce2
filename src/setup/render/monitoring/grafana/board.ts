import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { runbookUrl } from '../alert-rules-file.ts';
import type { MonitoringSettings } from '../settings.ts';
import { chosenSource, provisionedSource, seriesOfChosen } from './queries.ts';

/** Where the series are: Prometheus as it is provisioned, or another that the reader chooses. */
const sources = (): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type('prometheus')
    .current({ selected: true, text: 'Prometheus', value: provisionedSource });

/** Which deployment is shown, where several are in one Prometheus. */
const deployments = ({ deployment }: MonitoringSettings): QueryVariableBuilder =>
  new QueryVariableBuilder('deployment')
    .label('Deployment')
    .datasource(chosenSource)
    .query('label_values(vigil_watch_info, deployment)')
    .current({ selected: true, text: deployment, value: deployment })
    .refresh(VariableRefresh.OnTimeRangeChanged);

/** Which of its services are shown; the series of Vigil and of the host are there whatever is chosen. */
const jobs = (): QueryVariableBuilder =>
  new QueryVariableBuilder('job')
    .label('Job')
    .datasource(chosenSource)
    .query(`label_values(${seriesOfChosen('up', { label: 'service', operator: '!=', value: '' })}, job)`)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged);

const link = (title: string, url: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .icon('external link')
    .url(url)
    .targetBlank(true);

/** A dashboard without panels: what it is of, what can be chosen, and where there is more. */
export function board(settings: MonitoringSettings, uid: string, title: string): DashboardBuilder {
  const runbook = runbookUrl(settings.runbookBase, 'docs/incident-response.md');
  return new DashboardBuilder(title)
    .uid(uid)
    .description('Made by vigil render; change the thresholds, the rules or the configuration instead.')
    .tags(['vigil'])
    .refresh('10s')
    .time({ from: 'now-48h', to: 'now' })
    .timezone('browser')
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([sources(), deployments(settings), jobs()])
    .links([
      link('Live page', settings.pageUrl),
      link('Runbook', runbook),
      new DashboardLinkBuilder('Vigil')
        .type(DashboardLinkType.Dashboards)
        .tags(['vigil'])
        .includeVars(true)
        .keepTime(true),
    ]);
}
