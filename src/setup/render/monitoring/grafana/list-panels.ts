import { MappingType, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { asTable, prometheusSource } from './queries.ts';

/** By check, and by probe where several look. */
const rows = (metric: string): string => `max by (check, group, probe) (${metric})`;

/** A row per check: what the last cycle made of it, and how long it took. */
export function testDetails(): TableBuilder {
  return new TableBuilder()
    .id(12)
    .title('Test Execution Details')
    .datasource(prometheusSource)
    .withTarget(asTable('A', rows('vigil_check_status')))
    .withTarget(asTable('B', rows('vigil_check_duration_seconds')))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        renameByName: { 'Value #A': 'outcome', 'Value #B': 'duration' },
      },
    })
    .overrideByName('outcome', [
      {
        id: 'mappings',
        value: [
          {
            type: MappingType.ValueToText,
            options: {
              0: { text: 'fail', color: 'red', index: 0 },
              1: { text: 'pass', color: 'green', index: 1 },
              2: { text: 'unknown', color: 'orange', index: 2 },
              3: { text: 'not declared', color: 'text', index: 3 },
            },
          },
        ],
      },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ])
    .overrideByName('duration', [{ id: 'unit', value: units.Seconds }])
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
