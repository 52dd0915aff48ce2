import { BigValueColorMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { MappingType, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { isMeasured, signalExpressions } from '../../../../alerts/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { chosenSource, ofChosen, rightNow, seriesOfChosen } from './queries.ts';
import { absolute, thresholdSteps } from './thresholds.ts';

/** A value with its colour. */
export const stat = (id: number, title: string, description: string, expr: string): StatBuilder =>
  new StatBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(chosenSource)
    .withTarget(rightNow('A', expr))
    .colorMode(BigValueColorMode.Background)
    // The last value, and not the last that there was.
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
    // Nothing known must not look like a value.
    .noValue('no data')
    .height(4)
    .span(6);

/** Each text with its colour, by value from 0. */
export const texts = (...all: [text: string, color: string][]) => ({
  type: MappingType.ValueToText as const,
  options: Object.fromEntries(all.map(([text, color], index) => [index, { text, color, index }])),
});

/** The outcomes of a check as `vigil_check_status` has them. */
const outcomeTexts = texts(['fail', 'red'], ['pass', 'green'], ['unknown', 'orange'], ['skipped', 'text']);

/** 2 while all is well, 1 while a warning or a critical alert fires, 0 while a service is down. */
function systemHealth(up: string): string {
  const firing = { label: 'alertstate', operator: '=', value: 'firing' } as const;
  const severities = { label: 'severity', operator: '=~', value: 'critical|warning' } as const;
  const alerts = `sum(${seriesOfChosen('ALERTS', firing, severities)})`;
  return `${up} * (2 - ((${alerts} > bool 0) or vector(0)))`;
}

/** The values at the top, each coloured by its own limits; none of what is not measured. */
export function statPanels({ table, naming }: MonitoringSettings): StatBuilder[] {
  const { passRate, errorRatio, latencyP95, uptime } = signalExpressions(naming);
  const health =
    'Red while a service does not answer its scrapes, yellow while a warning or critical alert fires.';
  return [
    stat(1, 'Test Pass Rate', 'Passed ÷ judged checks of the last cycle.', ofChosen(passRate))
      .unit(PercentUnit)
      .thresholds(absolute(thresholdSteps(table.passRate))),
    isMeasured('errorRatio', naming) &&
      stat(2, 'Error Rate', 'Errors ÷ operations of live traffic.', ofChosen(errorRatio))
        .unit(PercentUnit)
        .thresholds(absolute(thresholdSteps(table.errorRatio))),
    isMeasured('latencyP95', naming) &&
      stat(3, 'P95 Latency', 'One operation in 20 takes this long or longer.', ofChosen(latencyP95))
        .unit(Seconds)
        .thresholds(absolute(thresholdSteps(table.latencyP95))),
    stat(4, 'System Health', health, systemHealth(ofChosen(uptime)))
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
  rightNow(refId, `max by (check, group, service, probe) (${seriesOfChosen(metric)})`).format(
    PromQueryFormat.Table,
  );

/** A row per check: its outcome in the last cycle, and how long it took. */
export function testDetails(): TableBuilder {
  const renameByName = { 'Value #A': 'outcome', 'Value #B': 'duration' };
  return new TableBuilder()
    .id(12)
    .title('Test Execution Details')
    .description('The outcome of each check in the last cycle, and how long it took.')
    .datasource(chosenSource)
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
    .description('Pending and firing alerts of the rules, as Prometheus evaluates them.')
    .options({
      viewMode: 'list',
      groupMode: 'default',
      groupBy: [],
      maxItems: 20,
      sortOrder: 3,
      dashboardAlerts: false,
      alertName: '',
      alertInstanceLabelFilter: '{alertname!="Watchdog",deployment="$deployment"}',
      // By its name: here Grafana knows no variable.
      datasource: 'Prometheus',
      stateFilter: { firing: true, pending: true, noData: true, normal: false, error: true },
    })
    .height(10)
    .span(8);
}
