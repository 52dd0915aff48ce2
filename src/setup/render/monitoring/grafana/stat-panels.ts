import { BigValueColorMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { signalExpressions, toPromQL } from '../../../../alerts/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { absolute, thresholdSteps } from './colours.ts';
import { prometheusSource, rightNow } from './queries.ts';

const noData = 'no data';

const stat = (id: number, title: string, description: string, expr: string): PanelBuilder =>
  new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(prometheusSource)
    .withTarget(rightNow('A', expr))
    .colorMode(BigValueColorMode.Background)
    // The last value, and not the last that there was.
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
    // Nothing known must not look like a value.
    .noValue(noData)
    .height(4)
    .span(6);

/** 2 while all is well, 1 while a warning or a critical alert fires, 0 while a service is down. */
export function systemHealth(up: string): string {
  const alerts = 'sum(ALERTS{alertstate="firing",severity=~"critical|warning"})';
  return `${up} * (2 - ((${alerts} > bool 0) or vector(0)))`;
}

/** The four figures at the top, each coloured by its own limits. */
export function statPanels({ table, naming }: MonitoringSettings): PanelBuilder[] {
  const signals = signalExpressions(naming);
  const { passRate, errorRatio, latencyP95, uptime } = signals;
  return [
    stat(1, 'Test Pass Rate', 'Passed ÷ judged checks of the last cycle.', toPromQL(passRate))
      .unit(units.PercentUnit)
      .thresholds(absolute(thresholdSteps(table.passRate))),
    stat(2, 'Error Rate', 'Errors ÷ operations of live traffic.', toPromQL(errorRatio))
      .unit(units.PercentUnit)
      .thresholds(absolute(thresholdSteps(table.errorRatio))),
    stat(3, 'P95 Latency', 'One operation in 20 takes this long or longer.', toPromQL(latencyP95))
      .unit(units.Seconds)
      .thresholds(absolute(thresholdSteps(table.latencyP95))),
    stat(
      4,
      'System Health',
      'Red while a service does not answer its scrapes, yellow while a warning or critical alert fires.',
      systemHealth(toPromQL(uptime)),
    )
      .thresholds(
        absolute([
          { value: null, color: 'red' },
          { value: 1, color: 'yellow' },
          { value: 2, color: 'green' },
        ]),
      )
      .mappings([
        {
          type: MappingType.ValueToText,
          options: {
            0: { text: 'Service down', color: 'red', index: 0 },
            1: { text: 'Alerts firing', color: 'yellow', index: 1 },
            2: { text: 'Healthy', color: 'green', index: 2 },
          },
        },
      ]),
  ];
}
