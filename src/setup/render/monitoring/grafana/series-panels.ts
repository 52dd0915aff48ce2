import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { type NamedSignal, signalExpressions, toPromQL } from '../../../../alerts/index.ts';
import type { SignalThresholds } from '../../../../core/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { absolute, thresholdSteps } from './colours.ts';
import { overTime, prometheusSource } from './queries.ts';

interface Chart {
  id: number;
  title: string;
  unit: string;
  /** Signal and legend of each line. */
  lines: readonly [signal: NamedSignal, legend: string][];
  /** Whose limits are drawn into it. */
  limits: SignalThresholds;
  span: number;
}

function chart(settings: MonitoringSettings, { id, title, unit, lines, limits, span }: Chart): PanelBuilder {
  const signals = signalExpressions(settings.naming);
  const panel = new PanelBuilder()
    .id(id)
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
  lines.forEach(([signal, legend], index) => {
    panel.withTarget(overTime(String.fromCharCode(65 + index), toPromQL(signals[signal]), legend));
  });
  return panel;
}

/** The seven charts, each with its limits drawn in. */
export function seriesPanels(settings: MonitoringSettings): PanelBuilder[] {
  const { table } = settings;
  const charts: Chart[] = [
    {
      id: 5,
      title: 'Test Pass Rate Over Time',
      unit: units.PercentUnit,
      lines: [
        ['passRate', 'pass rate'],
        ['coverage', 'coverage'],
      ],
      limits: table.passRate,
      span: 12,
    },
    {
      id: 6,
      title: 'Error Rate Trend',
      unit: units.PercentUnit,
      lines: [['errorRatio', 'errors ÷ operations']],
      limits: table.errorRatio,
      span: 12,
    },
    {
      id: 7,
      title: 'Operation Latency Percentiles',
      unit: units.Seconds,
      lines: [
        ['latencyP50', 'P50'],
        ['latencyP95', 'P95'],
        ['latencyP99', 'P99'],
      ],
      limits: table.latencyP95,
      span: 12,
    },
    {
      id: 8,
      title: 'System Resource Usage',
      unit: units.PercentUnit,
      lines: [
        ['memoryUsed', 'memory'],
        ['cpuUsed', 'CPU'],
        ['diskUsed', 'fullest disk'],
      ],
      limits: table.memoryUsed,
      span: 12,
    },
    {
      id: 9,
      title: 'HTDAG Performance',
      unit: units.Seconds,
      lines: [['htdagMean', 'mean decomposition']],
      limits: table.htdagMean,
      span: 8,
    },
    {
      id: 10,
      title: 'HALO Routing Performance',
      unit: units.Seconds,
      lines: [['haloMean', 'mean routing']],
      limits: table.haloMean,
      span: 8,
    },
    {
      id: 11,
      title: 'AOP Validation Performance',
      unit: units.Seconds,
      lines: [['aopMean', 'mean validation']],
      limits: table.aopMean,
      span: 8,
    },
  ];
  return charts.map((one) => chart(settings, one));
}
