import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
} from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { OpsPerSecond, PercentUnit } from '@grafana/grafana-foundation-sdk/units';
import {
  burnRateOver,
  type Expression,
  isMeasured,
  ruleDefinitions,
  scaledBy,
  signalExpressions,
} from '../../../../alerts/index.ts';
import { durationLiteral } from '../../../../core/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { stat, texts } from './panels-of-now.ts';
import { chosenSource, ofChosen, overTime, seriesOfChosen } from './queries.ts';
import { absolute, thresholdSteps } from './thresholds.ts';

const chart = (id: number, title: string, description: string): PanelBuilder =>
  new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(chosenSource)
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    .spanNulls(false)
    .noValue('no data')
    .height(8)
    .span(12);

/** The windows over which the rules hold the error budget, with the factor of each. */
const burns = ruleDefinitions.flatMap(({ subject }) => (subject.by === 'burn' ? [subject.window] : []));

/** How fast the error budget burns over each of those windows. */
function budgetPanel({ naming, table }: MonitoringSettings): PanelBuilder[] {
  const budget = table.errorRatio.slo?.value;
  if (budget === undefined || !isMeasured('errorRatio', naming)) return [];
  const factors = burns.map(({ factor }) => factor).sort((a, b) => a - b);
  const panel = chart(
    2,
    'Error Budget Burn',
    'How many times faster than the SLO allows errors come, over each window of the two burn rules.',
  ).thresholds(
    absolute([
      { value: null, color: 'green' },
      ...factors.map((value, index) => ({ value, color: index === 0 ? 'yellow' : 'red' })),
    ]),
  );
  const windows = burns.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds]);
  windows.forEach((seconds, index) => {
    const windowMs = scaledBy(naming, seconds * 1000);
    const expression: Expression = burnRateOver(naming, windowMs, budget);
    panel.withTarget(
      overTime(String.fromCharCode(65 + index), ofChosen(expression), durationLiteral(windowMs)),
    );
  });
  return [panel];
}

function throughputPanel({ naming, table }: MonitoringSettings): PanelBuilder[] {
  if (!isMeasured('throughput', naming)) return [];
  const { throughput } = signalExpressions(naming);
  return [
    chart(1, 'Throughput', 'Operations per second of live traffic; of several services the slowest.')
      .unit(OpsPerSecond)
      .thresholds(absolute(thresholdSteps(table.throughput)))
      .withTarget(overTime('A', ofChosen(throughput), 'operations per second')),
  ];
}

/** What the second dashboard shows: traffic, the error budget, what calls for a rollback, and how much was watched. */
export function triggerPanels(settings: MonitoringSettings): (PanelBuilder | StatBuilder)[] {
  const required = `max by (trigger) (${seriesOfChosen('vigil_rollback_required')})`;
  return [
    ...throughputPanel(settings),
    ...budgetPanel(settings),
    stat(
      3,
      'Rollback Triggers',
      'Each trigger of a rollback: what it looks at, and whether it has held for its whole time.',
      required,
    )
      .thresholds(
        absolute([
          { value: null, color: 'green' },
          { value: 1, color: 'red' },
        ]),
      )
      .mappings([texts(['clear', 'green'], ['roll back', 'red'])])
      .height(8)
      .span(12),
    chart(
      4,
      'Coverage',
      'Executed checks of the catalogue in the last cycle, and observed slots of the last 48 hours.',
    )
      .unit(PercentUnit)
      .min(0)
      .max(1)
      .withTarget(overTime('A', ofChosen(signalExpressions(settings.naming).coverage), 'checks'))
      .withTarget(overTime('B', `min(${seriesOfChosen('vigil_watch_coverage_ratio')})`, 'slots')),
  ];
}
