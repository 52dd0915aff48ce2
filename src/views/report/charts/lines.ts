import { formatValue, type Unit } from '../../../core/index.ts';
import type { Gap } from '../../../history/index.ts';
import type { StepPoint } from '../queries.ts';
import { type Option, palette, small, timeAxis } from './look.ts';

export interface ChartLine {
  label: string;
  points: readonly StepPoint[];
  colour: string;
  dash: 'solid' | 'dashed' | 'dotted';
}

export interface LimitLine {
  label: string;
  value: number;
}

export interface LineChart {
  unit: Unit;
  lines: readonly ChartLine[];
  limits: readonly LimitLine[];
  /** Bottom of the axis; 0 unless the values are near 1. */
  floor: number;
  gaps: readonly Gap[];
  fromMs: number;
  toMs: number;
  stepMs: number;
}

type Pair = [timeMs: number, value: number | null];

/** Breaks the line where points are missing: nothing may be drawn over what nobody saw. */
function broken(points: readonly StepPoint[], stepMs: number): Pair[] {
  return points.flatMap(({ timeMs, value }, index): Pair[] => {
    const before = points[index - 1];
    const isApart = before !== undefined && timeMs - before.timeMs > 1.5 * stepMs;
    return isApart
      ? [
          [timeMs - stepMs / 2, null],
          [timeMs, value],
        ]
      : [[timeMs, value]];
  });
}

/** Limits far above everything that was measured would flatten the curve; the nearest always stands. */
function shownLimits(limits: readonly LimitLine[], greatest: number): LimitLine[] {
  return limits.filter(({ value }, index) => index === 0 || value <= greatest * 1.6);
}

/** Curves with their limits; the words at the end of each line stand for a legend. */
export function lineOption(chart: LineChart): Option {
  const { unit, lines, gaps, floor, fromMs, toMs, stepMs } = chart;
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const greatest = Math.max(0, ...values);
  const limits = shownLimits(chart.limits, greatest);
  const top = Math.max(greatest, ...limits.map(({ value }) => value)) * (floor === 0 ? 1.12 : 1);
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
        formatter: (value: number) => formatValue(value, unit),
      },
    },
    series: lines.map(({ label, points, colour, dash }, index) => ({
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
          data: limits.map(({ label: name, value }) => ({ name, yAxis: value })),
        },
        markArea: {
          silent: true,
          itemStyle: { color: palette.gap, opacity: 0.75 },
          data: gaps.map((gap) => [{ xAxis: gap.fromMs }, { xAxis: gap.toMs }]),
        },
      }),
    })),
  };
}
