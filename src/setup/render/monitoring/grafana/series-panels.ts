import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { isMeasured, type NamedSignal, signalExpressions, toPromQL } from '../../../../alerts/index.ts';
import type { SignalThresholds } from '../../../../core/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { overTime, prometheusSource } from './queries.ts';
import { absolute, thresholdSteps } from './thresholds.ts';

type Legends = Partial<Record<NamedSignal, string>>;

/** The charts, each with its limits drawn in; none of what is not measured. */
export function seriesPanels({ table, naming }: MonitoringSettings): PanelBuilder[] {
  const signals = signalExpressions(naming);
  let id = 5;
  const chart = (title: string, unit: string, limits: SignalThresholds, span: number, legends: Legends) => {
    const panel = new PanelBuilder()
      .id(id++)
      .title(title)
      .datasource(prometheusSource)
      .unit(unit)
      .thresholds(absolute(thresholdSteps(limits)))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
      // A gap in the data stays a gap.
      .spanNulls(false)
      .noValue('no data')
      .height(8)
      .span(span);
    Object.entries(legends).forEach(([signal, legend], index) => {
      const expr = toPromQL(signals[signal as NamedSignal]);
      panel.withTarget(overTime(String.fromCharCode(65 + index), expr, legend));
    });
    return Object.keys(legends).every((signal) => isMeasured(signal, naming)) ? [panel] : [];
  };
  const percentiles = { latencyP50: 'P50', latencyP95: 'P95', latencyP99: 'P99' };
  const resources = { memoryUsed: 'memory', cpuUsed: 'CPU', diskUsed: 'fullest disk' };
  return [
    chart('Test Pass Rate Over Time', PercentUnit, table.passRate, 12, {
      passRate: 'pass rate',
      coverage: 'coverage',
    }),
    chart('Error Rate Trend', PercentUnit, table.errorRatio, 12, { errorRatio: 'errors ÷ operations' }),
    chart('Operation Latency Percentiles', Seconds, table.latencyP95, 12, percentiles),
    chart('System Resource Usage', PercentUnit, table.memoryUsed, 12, resources),
    chart('HTDAG Performance', Seconds, table.htdagMean, 8, { htdagMean: 'mean decomposition' }),
    chart('HALO Routing Performance', Seconds, table.haloMean, 8, { haloMean: 'mean routing' }),
    chart('AOP Validation Performance', Seconds, table.aopMean, 8, { aopMean: 'mean validation' }),
  ].flat();
}
