import { valueText } from './numbers.js';
import { clockText, whenText } from './time.js';

/** @typedef {import('./chart-list.js').Chart} Chart */
/** @typedef {typeof import('uplot')} Library */
/** @typedef {import('uplot')} Plot */

/** The library is a script of its own, loaded before this module. @type {Library} */
const uPlot = /** @type {any} */ (globalThis).uPlot;

/**
 * What lies over the lines; read at every drawing, so that it is never of before.
 * @typedef {object} Overlay
 * @property {{ value: number, text: string }[]} limits
 * @property {{ atMs: number, sign: string, text: string }[]} marks
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

const font = () => `${11 * devicePixelRatio}px system-ui, sans-serif`;

/** Time without evidence, hatched. @param {Plot} plot @param {Overlay} overlay */
function drawGaps(plot, { gaps }) {
  const { ctx, bbox } = plot;
  for (const { fromMs, toMs } of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(fromMs / 1000, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(toMs / 1000, 'x', true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = colorOf('hatch');
    ctx.lineWidth = devicePixelRatio;
    for (let x = left - bbox.height; x < right; x += 7 * devicePixelRatio)
      drawLine(ctx, [x, bbox.top + bbox.height], [x + bbox.height, bbox.top]);
    ctx.restore();
  }
}

/** @param {CanvasRenderingContext2D} context @param {[x: number, y: number]} from @param {[x: number, y: number]} to */
function drawLine(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** Limits across, deployments, decisions and rollbacks down, each with its text. @param {Plot} plot @param {Overlay} overlay */
function drawRules(plot, { limits, marks }) {
  const { ctx, bbox } = plot;
  const { left, top, width, height } = bbox;
  const [right, bottom, pixel] = [left + width, top + height, devicePixelRatio];
  ctx.save();
  ctx.lineWidth = pixel;
  ctx.font = font();
  ctx.textAlign = 'right';
  ctx.strokeStyle = colorOf('fail');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.setLineDash([4 * pixel, 3 * pixel]);
  for (const { value, text } of limits) {
    const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
    if (y < top - 1 || y > bottom + 1) continue;
    drawLine(ctx, [left, y], [right, y]);
    const isNearTop = y - top < 14 * pixel;
    ctx.textBaseline = isNearTop ? 'top' : 'bottom';
    ctx.fillText(text, right - 3 * pixel, y + (isNearTop ? 3 : -2) * pixel);
  }
  ctx.font = `bold ${font()}`;
  ctx.textBaseline = 'top';
  ctx.strokeStyle = colorOf('soft');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.setLineDash([]);
  for (const { atMs, sign } of marks) {
    const x = Math.round(plot.valToPos(atMs / 1000, 'x', true)) + 0.5;
    if (x < left || x > right) continue;
    drawLine(ctx, [x, top], [x, bottom]);
    ctx.textAlign = x > right - 14 * pixel ? 'right' : 'left';
    ctx.fillText(sign, x + (ctx.textAlign === 'left' ? 3 : -3) * pixel, top + pixel);
  }
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

/** Room over what is highest, so that a limit is seen from below and a breach from above. @param {Chart} chart @param {() => Overlay} overlay */
function rangeOf({ isFromTop, unit }, overlay) {
  return (/** @type {Plot} */ _plot, /** @type {number} */ low, /** @type {number} */ high) => {
    const values = overlay().limits.map(({ value }) => value);
    if (isFromTop) {
      // Never an empty range: a perfect rate is drawn with room below it.
      const lowest = Math.min(low ?? 1, 0.95, ...values);
      return /** @type {[number, number]} */ ([
        Math.max(0, lowest - (1 - lowest) * 0.25),
        1 + (1 - lowest) * 0.12,
      ]);
    }
    const top = Math.max(high ?? 0, ...values) * 1.18;
    return /** @type {[number, number]} */ ([0, unit === 'ratio' && top > 0.5 ? Math.min(1, top) : top || 1]);
  };
}

/**
 * Draws a chart; it is brought up to date by `setData` and `redraw`.
 * @param {Chart} chart
 * @param {HTMLElement} parent
 * @param {{ width: number, height: number, moved(index: number | null): void, overlay(): Overlay, spanMs(): number }} given
 * @returns {Plot}
 */
export function drawChart(chart, parent, { width, height, moved, overlay, spanMs }) {
  const stepped = /** @type {any} */ (uPlot.paths.stepped?.({ align: 1 }));
  const linear = /** @type {any} */ (uPlot.paths.linear?.());
  const axis = {
    stroke: () => colorOf('soft'),
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
  };
  /** @type {import('uplot').Options} */
  const options = {
    width,
    height,
    tzDate: (/** @type {number} */ seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    padding: [8, 6, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'vigil' },
      drag: { x: false, y: false },
      y: false,
      points: { size: 7 },
    },
    scales: { x: { time: true }, y: { range: /** @type {any} */ (rangeOf(chart, overlay)) } },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 4,
        space: 58,
        grid: { show: false },
        values: (/** @type {any} */ _plot, /** @type {number[]} */ splits) =>
          splits.map((seconds) =>
            spanMs() > 86_400_000 ? whenText(seconds * 1000) : clockText(seconds * 1000),
          ),
      },
      {
        ...axis,
        size: 50,
        gap: 5,
        space: 34,
        grid: { stroke: () => colorOf('grid'), width: 1 },
        values: (/** @type {any} */ _plot, /** @type {number[]} */ splits) =>
          splits.map((value) => (chart.isFromTop && value > 1 ? '' : valueText(value, chart.unit))),
      },
    ],
    series: [
      {},
      ...chart.lines.map(({ name, dash, color }) => ({
        label: name,
        stroke: () => colorOf(color),
        width: 1.6,
        dash,
        // A value between two gaps has no line: without a point nobody would see it.
        points: { size: 4, show: true, filter: isolated },
        spanGaps: false,
        paths: chart.isStepped ? stepped : linear,
      })),
    ],
    hooks: {
      drawClear: [(/** @type {Plot} */ plot) => drawGaps(plot, overlay())],
      draw: [(/** @type {Plot} */ plot) => drawRules(plot, overlay())],
      setCursor: [(/** @type {Plot} */ plot) => moved(plot.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, [[], ...chart.lines.map(() => [])], parent);
}
