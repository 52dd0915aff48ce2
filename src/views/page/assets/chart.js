import { valueText } from './numbers.js';
import { whenText } from './time.js';

/** @typedef {import('uplot')} Plot */

/** The library is a script of its own, loaded before this module. @type {typeof import('uplot')} */
const uPlot = /** @type {any} */ (globalThis).uPlot;

/**
 * A line of a chart. Lines differ in their dashes too, so that colour only repeats it.
 * @typedef {object} DrawnLine
 * @property {string} name
 * @property {number[]} dash
 * @property {string} color Name of a colour of the style sheet.
 */

/**
 * What lies under the lines; read at every drawing, so that it is never of before.
 * @typedef {object} Overlay
 * @property {{ atMs: number, sign: string }[]} marks
 * @property {{ fromMs: number, toMs: number }[]} gaps
 */

/** Asked for the colours of the theme in use: a canvas knows no `light-dark()`. */
const swatch = document.body.appendChild(document.createElement('span'));
swatch.hidden = true;

/** A colour of the style sheet. @param {string} name */
function colorOf(name) {
  swatch.style.color = `var(--${name})`;
  return getComputedStyle(swatch).color;
}

/** @param {CanvasRenderingContext2D} context @param {[x: number, y: number]} from @param {[x: number, y: number]} to */
function drawLine(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** Time without evidence, hatched; deployments, decisions and rollbacks, each with its sign. @param {Plot} plot @param {Overlay} overlay */
function drawOverlay(plot, { marks, gaps }) {
  const { ctx, bbox } = plot;
  const { left, top, width, height } = bbox;
  const pixel = devicePixelRatio;
  const placeOf = (/** @type {number} */ ms) =>
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

/** The places whose neighbours have no value. @param {Plot} plot @param {number} seriesIndex */
function isolated(plot, seriesIndex) {
  const values = plot.data[seriesIndex] ?? [];
  const isNothing = (/** @type {unknown} */ value) => value === null || value === undefined;
  return [...values.keys()].filter(
    (place) => !isNothing(values[place]) && isNothing(values[place - 1]) && isNothing(values[place + 1]),
  );
}

/** Room over what is highest, so that a breach is seen from above; what should be 1 is seen from below. @satisfies {Record<string, import('uplot').Range.Config>} */
const ranges = {
  fromTop: { min: { pad: 0.25, soft: 0.95, mode: 2, hard: 0 }, max: { pad: 0.12 } },
  ratio: { min: { soft: 0, mode: 1, hard: 0 }, max: { pad: 0.18, hard: 1 } },
  seconds: { min: { soft: 0, mode: 1, hard: 0 }, max: { pad: 0.18 } },
};

/**
 * Draws a chart; it is brought up to date by `setData` and `redraw`.
 * @param {import('./chart-list.js').Chart} chart
 * @param {DrawnLine[]} lines
 * @param {HTMLElement} parent
 * @param {{ width: number, height: number, moved(index: number | null): void, overlay(): Overlay }} given
 * @returns {Plot}
 */
export function drawChart({ unit, isFromTop }, lines, parent, { width, height, moved, overlay }) {
  const axis = {
    stroke: () => colorOf('soft'),
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
  };
  const paths = /** @type {import('uplot').Series.PathBuilder} */ (
    isFromTop ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.()
  );
  /** @type {import('uplot').Options} */
  const options = {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    padding: [8, 6, 0, 0],
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
        paths,
      })),
    ],
    hooks: {
      drawClear: [(plot) => drawOverlay(plot, overlay())],
      setCursor: [(plot) => moved(plot.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, [[], ...lines.map(() => [])], parent);
}
