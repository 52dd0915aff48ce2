import { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { Seconds } from '@grafana/grafana-foundation-sdk/units';
import { prometheusSource, rightNow } from './queries.ts';
import { outcomeTexts } from './stat-panels.ts';

/** By check, and by probe where several look. */
const rows = (refId: string, metric: string) =>
  rightNow(refId, `max by (check, group, probe) (${metric})`).format(PromQueryFormat.Table);

/** A row per check: its outcome in the last cycle, and how long it took. */
export function testDetails(): TableBuilder {
  const renameByName = { 'Value #A': 'outcome', 'Value #B': 'duration' };
  return new TableBuilder()
    .id(12)
    .title('Test Execution Details')
    .datasource(prometheusSource)
    .withTarget(rows('A', 'vigil_check_status'))
    .withTarget(rows('B', 'vigil_check_duration_seconds'))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: { excludeByName: { Time: true }, renameByName } })
    .overrideByName('outcome', [
      { id: 'mappings', value: [outcomeTexts] },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ])
    .overrideByName('duration', [{ id: 'unit', value: Seconds }])
    .noValue('no data')
    .height(10)
    .span(16);
}

/** What is pending or fires, as Prometheus evaluates it; the SDK has no builder of its own for this panel. */
export function activeAlerts(): PanelBuilder {
  return new PanelBuilder()
    .type('alertlist')
    .id(13)
    .title('Active Alerts')
    .options({
      viewMode: 'list',
      groupMode: 'default',
      groupBy: [],
      maxItems: 20,
      sortOrder: 3,
      dashboardAlerts: false,
      alertName: '',
      alertInstanceLabelFilter: '{alertname!="Watchdog"}',
      datasource: 'Prometheus',
      stateFilter: { firing: true, pending: true, noData: true, normal: false, error: true },
    })
    .height(10)
    .span(8);
}
