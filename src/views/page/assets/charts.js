import { drawChart } from './chart.js';
import { charts } from './chart-list.js';
import { byId, setText } from './dom.js';
import { html, render } from './lit-html/lit-html.js';
import { valueText } from './numbers.js';
import { clockSeconds, whenText } from './time.js';

/** @typedef {import('../series/series.ts').SeriesView} SeriesView */
/** @typedef {import('./chart-list.js').Chart} Chart */
/** @typedef {import('uplot')} Plot */

/** @type {SeriesView} */
let series;
/** @type {Map<string, any>} */
let content;
/** The place under the cursor, the same in every chart. @type {number | null} */
let cursor = null;
/** @type {Map<Chart, Plot>} */
const plots = new Map();

/** @param {Chart} chart @param {number} place */
const valuesAt = (chart, place) =>
  chart.lines.map(({ line }) => valueText(series.columns[line][place], chart.unit));

/** @param {Chart} chart */
function summary(chart) {
  const lines = chart.lines.map(({ line, name }) => {
    const text = (/** @type {number | null | undefined} */ value) => valueText(value, chart.unit);
    const known = series.columns[line].filter((value) => value !== null);
    if (known.length === 0) return `${name}: no data`;
    const range = `from ${text(Math.min(...known))} to ${text(Math.max(...known))}`;
    return `${name}: now ${text(series.columns[line].at(-1))}, ${range}`;
  });
  return `last ${series.hours} h; ${lines.join('; ')}. Left and right arrow keys read single values.`;
}

/** What lies over the lines. @param {Chart} chart @returns {import('./chart.js').Overlay} */
function overlayOf(chart) {
  const limits = chart.limits.flatMap(([signal, level]) => {
    const bound = content.get('limits')[signal]?.[level];
    const name = level === 'slo' ? 'SLO' : level;
    return bound ? [{ value: bound.value, text: `${name} ${valueText(bound.value, chart.unit)}` }] : [];
  });
  return { limits, marks: content.get('marks'), gaps: content.get('coverage').gaps };
}

const noCursor = { left: -10, top: -10 };

/** Reads single values by keys. @param {Chart} chart @param {KeyboardEvent} event */
function readByKey(chart, event) {
  const plot = plots.get(chart);
  const last = series.timesMs.length - 1;
  const at = cursor ?? last;
  const steps = event.shiftKey ? 12 : 1;
  /** @type {Record<string, number>} */
  const places = {
    ArrowLeft: Math.max(0, at - steps),
    ArrowRight: Math.min(last, at + steps),
    Home: 0,
    End: last,
  };
  if (event.key === 'Escape') plot?.setCursor(noCursor);
  const place = places[event.key];
  if (place === undefined || !plot) return;
  event.preventDefault();
  const atMs = series.timesMs[place] ?? 0;
  plot.setCursor({ left: plot.valToPos(atMs / 1000, 'x'), top: 10 });
  const values = valuesAt(chart, place).map((value, index) => `${chart.lines[index]?.name} ${value}`);
  setText(byId('chart-says'), `${clockSeconds(atMs)} UTC: ${values.join(', ')}`);
}

/** @param {Chart} chart */
function legend(chart) {
  const values = valuesAt(chart, cursor ?? series.timesMs.length - 1);
  const items = chart.lines.map(
    ({ name, dash, color }, index) => html`
      <span class="inline">
        <svg class="swatch" .style=${`color: var(--${color})`} viewBox="0 0 18 4" aria-hidden="true">
          <path d="M0 2H18" stroke-dasharray=${dash.join(' ') || 'none'}></path>
        </svg>
        ${chart.lines.length > 1 ? name : ''} <b class="num">${values[index]}</b>
      </span>`,
  );
  const time = cursor === null ? 'now' : `at ${whenText(series.timesMs[cursor] ?? 0)}`;
  return html`<p class="row small">${items}<span class="num soft chart-time">${time}</span></p>`;
}

/** @param {Chart} chart */
const figure = (chart) => html`
  <figure class="panel chart" data-chart=${chart.id}>
    <figcaption class="row"><h3 id="chart-${chart.id}">${chart.title}</h3>${legend(chart)}</figcaption>
    <div class="plot" id="plot-${chart.id}" tabindex="0" role="group"
      aria-labelledby="chart-${chart.id} says-${chart.id}"
      @keydown=${(/** @type {KeyboardEvent} */ event) => readByKey(chart, event)}
      @blur=${() => plots.get(chart)?.setCursor(noCursor)}></div>
    <p class="hidden" id="says-${chart.id}">${summary(chart)}</p>
  </figure>`;

const showFigures = () => render(charts.map(figure), byId('charts'));

/** @param {Chart} chart */
function makePlot(chart) {
  const parent = byId(`plot-${chart.id}`);
  const size = () => ({ width: Math.max(200, parent.clientWidth), height: 150 });
  const moved = (/** @type {number | null} */ place) => {
    if (place === cursor) return;
    cursor = place;
    showFigures();
  };
  const plot = drawChart(chart, parent, {
    ...size(),
    moved,
    overlay: () => overlayOf(chart),
    spanMs: () => series.hours * 3_600_000,
  });
  new ResizeObserver(() => plot.setSize(size())).observe(parent);
  return plot;
}

/** @param {Map<string, any>} newContent @param {SeriesView} newSeries */
export function showCharts(newContent, newSeries) {
  content = newContent;
  series = newSeries;
  showFigures();
  const seconds = series.timesMs.map((ms) => ms / 1000);
  for (const chart of charts) {
    const plot = plots.get(chart) ?? makePlot(chart);
    plots.set(chart, plot);
    plot.setData([seconds, ...chart.lines.map(({ line }) => series.columns[line])], true);
  }
}

/** After the colours changed. */
export function redrawCharts() {
  for (const plot of plots.values()) plot.redraw(false, false);
}
