import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { isMeasured, type NamedSignal, signalExpressions } from '../../../../alerts/index.ts';
import type { SignalThresholds } from '../../../../core/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { chosenSource, ofChosen, overTime } from './queries.ts';
import { absolute, thresholdSteps } from './thresholds.ts';

type Legends = Partial<Record<NamedSignal, string>>;

/** The charts, each with its limits drawn in; none of what is not measured. */
export function seriesPanels({ table, naming }: MonitoringSettings): PanelBuilder[] {
  const signals = signalExpressions(naming);
  let id = 5;
  const chart = (
    [title, description]: [title: string, description: string],
    unit: string,
    limits: SignalThresholds,
    span: number,
    legends: Legends,
  ) => {
    const panel = new PanelBuilder()
      .id(id++)
      .title(title)
      .description(description)
      .datasource(chosenSource)
      .unit(unit)
      .thresholds(absolute(thresholdSteps(limits)))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
      // A gap in the data stays a gap.
      .spanNulls(false)
      .noValue('no data')
      .height(8)
      .span(span);
    Object.entries(legends).forEach(([signal, legend], index) => {
      const expr = ofChosen(signals[signal as NamedSignal]);
      panel.withTarget(overTime(String.fromCharCode(65 + index), expr, legend));
    });
    return Object.keys(legends).every((signal) => isMeasured(signal, naming)) ? [panel] : [];
  };
  const percentiles = { latencyP50: 'P50', latencyP95: 'P95', latencyP99: 'P99' };
  const resources = { memoryUsed: 'memory', cpuUsed: 'CPU', diskUsed: 'fullest disk' };
  return [
    chart(
      ['Test Pass Rate Over Time', 'Passed ÷ judged checks, and executed checks ÷ catalogue, of each cycle.'],
      PercentUnit,
      table.passRate,
      12,
      { passRate: 'pass rate', coverage: 'coverage' },
    ),
    chart(['Error Rate Trend', 'Errors ÷ operations of live traffic.'], PercentUnit, table.errorRatio, 12, {
      errorRatio: 'errors ÷ operations',
    }),
    chart(
      [
        'Operation Latency Percentiles',
        'Duration of operations of live traffic; the limits are those of the P95.',
      ],
      Seconds,
      table.latencyP95,
      12,
      percentiles,
    ),
    chart(
      [
        'System Resource Usage',
        'Memory, CPU and the fullest disk of the host; the limit of the disk is its own.',
      ],
      PercentUnit,
      table.memoryUsed,
      12,
      resources,
    ).map((panel) => panel.decimals(1).overrideByName(resources.diskUsed, [ownThresholds(table.diskUsed)])),
    chart(['HTDAG Performance', 'Mean time of a decomposition.'], Seconds, table.htdagMean, 8, {
      htdagMean: 'mean decomposition',
    }),
    chart(['HALO Routing Performance', 'Mean time of a routing.'], Seconds, table.haloMean, 8, {
      haloMean: 'mean routing',
    }),
    chart(['AOP Validation Performance', 'Mean time of a validation.'], Seconds, table.aopMean, 8, {
      aopMean: 'mean validation',
    }),
  ].flat();
}

/** The limits of a series that has others than its panel. */
const ownThresholds = (limits: SignalThresholds) => ({
  id: 'thresholds',
  value: { mode: ThresholdsMode.Absolute, steps: thresholdSteps(limits) },
});
