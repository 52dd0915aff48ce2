import uPlot from 'uplot';
import type { Chart } from './chart-list.ts';
import { valueText } from './numbers.ts';
import { areTimesLocal, whenText } from './time.ts';

/** A line of a chart. Lines differ in their dashes too, so that colour only repeats it. */
interface DrawnLine {
  name: string;
  dash: number[];
  /** Name of a colour of the style sheet. */
  color: string;
}

/** What lies under the lines; read at every drawing, so that it is never of before. */
interface Overlay {
  marks: { atMs: number; sign: string }[];
  gaps: { fromMs: number; toMs: number }[];
}

/** Where a chart is drawn, and what it asks meanwhile. */
interface Frame {
  width: number;
  height: number;
  /** Told which place is under the cursor. */
  moved(index: number | null): void;
  overlay(): Overlay;
}

/** Asked for the colours of the theme in use: a canvas knows no `light-dark()`. */
const swatch = document.body.appendChild(document.createElement('span'));
swatch.hidden = true;

/** A colour of the style sheet. */
function colorOf(name: string) {
  swatch.style.color = `var(--${name})`;
  return getComputedStyle(swatch).color;
}

function drawLine(
  context: CanvasRenderingContext2D,
  from: [x: number, y: number],
  to: [x: number, y: number],
) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** Time without evidence, hatched; deployments, decisions and rollbacks, each with its sign. */
function drawOverlay(plot: uPlot, { marks, gaps }: Overlay) {
  const { ctx, bbox } = plot;
  const { left, top, width, height } = bbox;
  const pixel = devicePixelRatio;
  const placeOf = (ms: number) =>
    Math.min(left + width, Math.max(left, Math.round(plot.valToPos(ms / 1000, 'x', true)) + 0.5));
  ctx.save();
  ctx.strokeStyle = colorOf('soft');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = pixel;
  ctx.font = `bold ${11 * pixel}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  for (const { atMs, sign } of marks) {
    const x = placeOf(atMs);
    if (x === left || x === left + width) continue;
    drawLine(ctx, [x, top], [x, top + height]);
    const isNearEnd = x > left + width - 14 * pixel;
    ctx.textAlign = isNearEnd ? 'right' : 'left';
    ctx.fillText(sign, x + (isNearEnd ? -3 : 3) * pixel, top + pixel);
  }
  // One line as high as the chart, dashed so that it is a row of thin ones.
  ctx.lineWidth = height;
  ctx.setLineDash([pixel, 6 * pixel]);
  const middle = top + height / 2;
  for (const { fromMs, toMs } of gaps) drawLine(ctx, [placeOf(fromMs), middle], [placeOf(toMs), middle]);
  ctx.restore();
}

/** The places whose neighbours have no value. */
function isolated(plot: uPlot, seriesIndex: number) {
  const values = plot.data[seriesIndex] ?? [];
  const isNothing = (value: unknown) => value === null || value === undefined;
  return [...values.keys()].filter(
    (place) => !isNothing(values[place]) && isNothing(values[place - 1]) && isNothing(values[place + 1]),
  );
}

/** Room over what is highest, so that a breach is seen from above; what should be 1 is seen from below. */
const ranges = {
  fromTop: { min: { pad: 0.25, soft: 0.95, mode: 2, hard: 0 }, max: { pad: 0.12 } },
  ratio: { min: { soft: 0, mode: 1, hard: 0 }, max: { pad: 0.18, hard: 1 } },
  seconds: { min: { soft: 0, mode: 1, hard: 0 }, max: { pad: 0.18 } },
} satisfies Record<string, uPlot.Range.Config>;

/** Draws a chart; it is brought up to date by `setData` and `redraw`. */
export function drawChart(
  { unit, isFromTop }: Chart,
  lines: DrawnLine[],
  parent: HTMLElement,
  { width, height, moved, overlay }: Frame,
): uPlot {
  const axis = {
    stroke: () => colorOf('soft'),
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
  };
  const paths = isFromTop ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.();
  const options: uPlot.Options = {
    width,
    height,
    tzDate: (seconds) => {
      const date = new Date(seconds * 1000);
      return areTimesLocal() ? date : uPlot.tzDate(date, 'Etc/UTC');
    },
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'vigil' },
      drag: { x: false, y: false },
      y: false,
      points: { size: 7 },
    },
    scales: { y: { range: ranges[isFromTop ? 'fromTop' : unit] } },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 4,
        space: 58,
        grid: { show: false },
        values: (_plot, splits) => splits.map((seconds) => whenText(seconds * 1000)),
      },
      {
        ...axis,
        size: 50,
        gap: 5,
        space: 34,
        grid: { stroke: () => colorOf('edge'), width: 1 },
        values: (_plot, splits) =>
          splits.map((value) => (isFromTop && value > 1 ? '' : valueText(value, unit))),
      },
    ],
    series: [
      {},
      ...lines.map(({ name, dash, color }) => ({
        label: name,
        stroke: () => colorOf(color),
        width: 1.6,
        dash,
        // A value between two gaps has no line: without a point nobody would see it.
        points: { size: 4, show: true, filter: isolated },
        ...(paths && { paths }),
      })),
    ],
    hooks: {
      drawClear: [(plot) => drawOverlay(plot, overlay())],
      setCursor: [(plot) => moved(plot.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, [[], ...lines.map(() => [])], parent);
}
