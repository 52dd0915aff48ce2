import { formatBound, formatValue, type SignalName, type ThresholdTable } from '../../../core/index.ts';
import { type CurveSignal, type LineChartName, lineCharts } from '../curves.ts';
import type { StepPoint } from '../queries.ts';
import type { ReportDocument } from '../report-schema.ts';
import { type Option, palette, small, timeAxis } from './look.ts';

const looks: Record<CurveSignal, { label: string; colour: string; dash: string }> = {
  passRate: { label: 'pass rate', colour: palette.blue, dash: 'solid' },
  errorRatio: { label: 'error ratio', colour: palette.blue, dash: 'solid' },
  latencyP50: { label: 'P50', colour: palette.sky, dash: 'dotted' },
  latencyP95: { label: 'P95', colour: palette.blue, dash: 'solid' },
  latencyP99: { label: 'P99', colour: palette.vermillion, dash: 'dashed' },
  throughput: { label: 'throughput', colour: palette.blue, dash: 'solid' },
  cpuUsed: { label: 'CPU', colour: palette.blue, dash: 'solid' },
  memoryUsed: { label: 'memory', colour: palette.vermillion, dash: 'dashed' },
  diskUsed: { label: 'disk', colour: palette.green, dash: 'dotted' },
  htdagMean: { label: 'HTDAG', colour: palette.blue, dash: 'solid' },
  haloMean: { label: 'HALO', colour: palette.vermillion, dash: 'dashed' },
  aopMean: { label: 'AOP', colour: palette.green, dash: 'dotted' },
};

/** What curves are held against: the objective, or where there is none the limit that alerts; and that of a rollback. */
function limitsOf(signals: readonly SignalName[], table: ThresholdTable, greatest: number) {
  const limits = signals.flatMap((signal) => {
    const { unit, slo, rollback, ...alerting } = table[signal];
    const { warning, critical } = slo ? {} : alerting;
    return Object.entries({ SLO: slo, warning, critical, rollback }).flatMap(([name, bound]) =>
      bound ? [{ name: `${name} ${formatBound(bound, unit)}`, yAxis: bound.value }] : [],
    );
  });
  return (
    limits
      // Two limits of one value are one line; the first says it.
      .filter(({ yAxis }, index) => limits.findIndex((other) => other.yAxis === yAxis) === index)
      // One far above everything that was measured would flatten the curve; the nearest always stands.
      .filter(({ yAxis }, index) => index === 0 || yAxis <= greatest * 1.6)
  );
}

type Pair = [timeMs: number, value: number | null];

/** Breaks the line where points are missing: nothing may be drawn over what nobody saw. */
function broken(points: readonly StepPoint[], stepMs: number): Pair[] {
  return points.flatMap(({ timeMs, value }, index): Pair[] => {
    const before = points[index - 1];
    const isApart = before !== undefined && timeMs - before.timeMs > 1.5 * stepMs;
    return [...(isApart ? [[timeMs - stepMs / 2, null] satisfies Pair] : []), [timeMs, value]];
  });
}

/** Curves with their limits; the words at the end of each line stand for a legend. `undefined` without any point. */
export function lineOption(
  { curves, watched, fromMs, toMs, stepMs }: ReportDocument,
  name: LineChartName,
  table: ThresholdTable,
): Option | undefined {
  const chart = lineCharts[name];
  const floor = 'floor' in chart ? chart.floor : 0;
  const lines = chart.signals
    .flatMap((signal) => curves[signal] ?? [])
    .filter(({ points }) => points.length > 0);
  const [first] = lines;
  if (!first) return undefined;
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const greatest = Math.max(0, ...values);
  const limits = limitsOf(chart.limits, table, greatest);
  const top = Math.max(greatest, ...limits.map(({ yAxis }) => yAxis)) * (floor === 0 ? 1.12 : 1);
  return {
    grid: { left: 64, right: 118, top: 14, bottom: 28 },
    xAxis: timeAxis({ fromMs, toMs }),
    yAxis: {
      type: 'value',
      min: Math.min(floor, ...values),
      max: top > 0 ? top : 1,
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.grid } },
      axisLabel: {
        ...small,
        color: palette.dim,
        hideOverlap: true,
        showMaxLabel: floor !== 0,
        formatter: (value: number) => formatValue(value, first.unit),
      },
    },
    series: lines.map(({ signal, points }, index) => {
      const { label, colour, dash } = looks[signal];
      return {
        type: 'line',
        name: label,
        data: broken(points, stepMs),
        // A lone point has no line to be seen by.
        showSymbol: points.length === 1,
        symbolSize: 5,
        lineStyle: { color: colour, width: 1.6, type: dash },
        itemStyle: { color: colour },
        endLabel: { ...small, show: lines.length > 1, color: colour, formatter: label, distance: 6 },
        labelLayout: { moveOverlap: 'shiftY' },
        ...(index === 0 && {
          markLine: {
            silent: true,
            symbol: 'none',
            // Without it the library rounds to two digits, and 0.1 % would stand at 0.
            precision: 12,
            lineStyle: { color: palette.limit, type: [7, 3], width: 1.2 },
            label: { ...small, color: palette.limit, position: 'end', formatter: '{b}', distance: 6 },
            data: limits,
          },
          markArea: {
            silent: true,
            itemStyle: { color: palette.gap, opacity: 0.75 },
            data: watched.gaps.map((gap) => [{ xAxis: gap.fromMs }, { xAxis: gap.toMs }]),
          },
        }),
      };
    }),
  };
}
