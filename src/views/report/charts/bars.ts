import { type Option, palette, small, timeAxis } from './look.ts';

/** One stretch of time in one row; `height` is the share of the row that it fills. */
export interface Bar {
  row: number;
  fromMs: number;
  toMs: number;
  height: number;
  colour: string;
  isHollow?: boolean;
}

/** Something at an instant, across all rows. */
export interface TimeMark {
  atMs: number;
  /** One or two letters that the caption explains. */
  label: string;
}

export interface BarChart {
  rows: readonly string[];
  bars: readonly Bar[];
  marks?: readonly TimeMark[];
  labelWidth: number;
  rowHeight: number;
}

const marginTop = 20;
const marginBottom = 28;

/** Height of the picture. */
export const barsHeight = ({ rows, rowHeight }: Pick<BarChart, 'rows' | 'rowHeight'>): number =>
  rows.length * rowHeight + marginTop + marginBottom;

/** Rows of bars over time, top row first; height and fill tell what a bar means, colour only says it again. */
export function barOption(chart: BarChart, { fromMs, toMs }: { fromMs: number; toMs: number }): Option {
  const { rows, bars, marks = [], labelWidth, rowHeight } = chart;
  const clamp = (timeMs: number) => Math.min(Math.max(timeMs, fromMs), toMs);
  const draw = (
    { dataIndex }: { dataIndex: number },
    api: { coord(point: [number, number]): [number, number] },
  ) => {
    const bar = bars[dataIndex];
    if (!bar) return undefined;
    const [left, middle] = api.coord([clamp(bar.fromMs), bar.row]);
    const [right] = api.coord([clamp(bar.toMs), bar.row]);
    const height = rowHeight * bar.height;
    return {
      type: 'rect',
      // Half a minute of two days is a tenth of a pixel: it must be seen all the same.
      shape: { x: left, y: middle - height / 2, width: Math.max(right - left, 1.6), height },
      style: bar.isHollow ? { fill: '#ffffff', stroke: bar.colour, lineWidth: 1.2 } : { fill: bar.colour },
    };
  };
  return {
    grid: { left: labelWidth, right: 34, top: marginTop, bottom: marginBottom },
    xAxis: timeAxis({ fromMs, toMs }),
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...rows],
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { show: true, lineStyle: { color: palette.grid } },
      axisLabel: {
        color: palette.ink,
        ...small,
        interval: 0,
        width: labelWidth - 14,
        overflow: 'truncate',
      },
    },
    series: [
      {
        type: 'custom',
        renderItem: draw,
        data: bars.map(({ row, fromMs: begin }) => [begin, row]),
        encode: { x: 0, y: 1 },
        markLine: {
          silent: true,
          symbol: 'none',
          precision: 0,
          lineStyle: { color: palette.ink, type: 'solid', width: 1 },
          label: {
            color: palette.ink,
            ...small,
            fontWeight: 'bold',
            formatter: '{b}',
            position: 'start',
            distance: 4,
          },
          data: marks.map(({ atMs, label }) => ({ name: label, xAxis: clamp(atMs) })),
        },
      },
    ],
  };
}
