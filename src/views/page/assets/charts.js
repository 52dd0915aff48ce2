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

/** The first, second and third line of a chart, and its limits. */
const styles = [
  { dash: [], color: 'link' },
  { dash: [7, 4], color: 'warn' },
  { dash: [2, 3], color: 'unknown' },
];

/** What a chart draws: its lines, then its limits, each as a column of values. @param {Chart} chart */
function drawnLines({ lines, limits: [signal, ...levels] }) {
  const drawn = lines.map(([line, name], index) => ({
    name,
    dash: [],
    color: 'link',
    ...styles[index],
    values: series.columns[line] ?? [],
  }));
  const limits = levels.map((level) => ({
    name: level === 'slo' ? 'SLO' : level,
    dash: [4, 3],
    color: 'fail',
    values: series.timesMs.map(() => content.get('limits')[signal]?.[level]?.value ?? null),
  }));
  return [...drawn, ...limits];
}

/** @param {Chart} chart */
function summary(chart) {
  const text = (/** @type {number | null | undefined} */ value) => valueText(value, chart.unit);
  const lines = drawnLines(chart)
    .slice(0, chart.lines.length)
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return `${name}: no data`;
      const range = `from ${text(Math.min(...known))} to ${text(Math.max(...known))}`;
      return `${name}: now ${text(values.at(-1))}, ${range}`;
    });
  return `last ${series.hours} h; ${lines.join('; ')}. Left and right arrow keys read single values.`;
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
  const values = drawnLines(chart).map((one) => `${one.name} ${valueText(one.values[place], chart.unit)}`);
  setText(byId('chart-says'), `${clockSeconds(atMs)} UTC: ${values.join(', ')}`);
}

/** @param {Chart} chart */
function legend(chart) {
  const place = cursor ?? series.timesMs.length - 1;
  const items = drawnLines(chart).map(
    ({ name, dash, color, values }) => html`
      <span class="inline">
        <svg class="swatch" .style=${`color: var(--${color})`} viewBox="0 0 18 4" aria-hidden="true">
          <path d="M0 2H18" stroke-dasharray=${dash.join(' ') || 'none'}></path>
        </svg>
        ${name} <b class="num">${valueText(values[place], chart.unit)}</b>
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

/** Those of which anything is measured. */
const measuredCharts = () => charts.filter(({ lines }) => lines.some(([line]) => series.columns[line]));

const showFigures = () => render(measuredCharts().map(figure), byId('charts'));

/** @param {Chart} chart */
function makePlot(chart) {
  const parent = byId(`plot-${chart.id}`);
  const size = () => ({ width: Math.max(200, parent.clientWidth), height: 150 });
  const moved = (/** @type {number | null} */ place) => {
    if (place === cursor) return;
    cursor = place;
    showFigures();
  };
  const overlay = () => ({ marks: content.get('marks'), gaps: content.get('coverage').gaps });
  const plot = drawChart(chart, drawnLines(chart), parent, { ...size(), moved, overlay });
  new ResizeObserver(() => plot.setSize(size())).observe(parent);
  return plot;
}

/** @param {Map<string, any>} newContent @param {SeriesView} newSeries */
export function showCharts(newContent, newSeries) {
  content = newContent;
  series = newSeries;
  showFigures();
  const seconds = series.timesMs.map((ms) => ms / 1000);
  for (const chart of measuredCharts()) {
    const plot = plots.get(chart) ?? makePlot(chart);
    plots.set(chart, plot);
    plot.setData([seconds, ...drawnLines(chart).map(({ values }) => values)], true);
  }
}

/** After the colours changed. */
export function redrawCharts() {
  for (const plot of plots.values()) plot.redraw(false, false);
}
