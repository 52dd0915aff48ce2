import { BigValueColorMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { MappingType, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { isMeasured, signalExpressions, toPromQL } from '../../../../alerts/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { prometheusSource, rightNow } from './queries.ts';
import { absolute, thresholdSteps } from './thresholds.ts';

const stat = (id: number, title: string, description: string, expr: string): StatBuilder =>
  new StatBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(prometheusSource)
    .withTarget(rightNow('A', expr))
    .colorMode(BigValueColorMode.Background)
    // The last value, and not the last that there was.
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
    // Nothing known must not look like a value.
    .noValue('no data')
    .height(4)
    .span(6);

/** Each text with its colour, by value from 0. */
const texts = (...all: [text: string, color: string][]) => ({
  type: MappingType.ValueToText as const,
  options: Object.fromEntries(all.map(([text, color], index) => [index, { text, color, index }])),
});

/** The outcomes of a check as `vigil_check_status` has them. */
const outcomeTexts = texts(
  ['fail', 'red'],
  ['pass', 'green'],
  ['unknown', 'orange'],
  ['not declared', 'text'],
);

/** 2 while all is well, 1 while a warning or a critical alert fires, 0 while a service is down. */
function systemHealth(up: string): string {
  const alerts = 'sum(ALERTS{alertstate="firing",severity=~"critical|warning"})';
  return `${up} * (2 - ((${alerts} > bool 0) or vector(0)))`;
}

/** The values at the top, each coloured by its own limits; none of what is not measured. */
export function statPanels({ table, naming }: MonitoringSettings): StatBuilder[] {
  const { passRate, errorRatio, latencyP95, uptime } = signalExpressions(naming);
  const health =
    'Red while a service does not answer its scrapes, yellow while a warning or critical alert fires.';
  return [
    stat(1, 'Test Pass Rate', 'Passed ÷ judged checks of the last cycle.', toPromQL(passRate))
      .unit(PercentUnit)
      .thresholds(absolute(thresholdSteps(table.passRate))),
    isMeasured('errorRatio', naming) &&
      stat(2, 'Error Rate', 'Errors ÷ operations of live traffic.', toPromQL(errorRatio))
        .unit(PercentUnit)
        .thresholds(absolute(thresholdSteps(table.errorRatio))),
    isMeasured('latencyP95', naming) &&
      stat(3, 'P95 Latency', 'One operation in 20 takes this long or longer.', toPromQL(latencyP95))
        .unit(Seconds)
        .thresholds(absolute(thresholdSteps(table.latencyP95))),
    stat(4, 'System Health', health, systemHealth(toPromQL(uptime)))
      .thresholds(
        absolute([
          { value: null, color: 'red' },
          { value: 1, color: 'yellow' },
          { value: 2, color: 'green' },
        ]),
      )
      .mappings([texts(['Service down', 'red'], ['Alerts firing', 'yellow'], ['Healthy', 'green'])]),
  ].filter((panel) => panel !== false);
}

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
