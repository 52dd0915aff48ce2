import { html, render } from 'lit-html';
import type uPlot from 'uplot';
import type { SeriesView } from '../series/series.ts';
import { drawChart } from './chart.ts';
import type { Chart } from './chart-list.ts';
import { charts } from './chart-list.ts';
import type { Before } from './compare.ts';
import { byId, setText } from './dom.ts';
import type { Content } from './live.ts';
import { valueText } from './numbers.ts';
import { clockSeconds, whenText, zoneText } from './time.ts';

let series: SeriesView;
let content: Content;
/** The time before the deployment, where it is compared. */
let before: Before | undefined;
/** The place under the cursor, the same in every chart. */
let cursor: number | null = null;
const plots: Map<Chart, uPlot> = new Map();

/** The first, second and third line of a chart, and its limits. */
const styles = [
  { dash: [], color: 'link' },
  { dash: [7, 4], color: 'warn' },
  { dash: [2, 3], color: 'unknown' },
];

/** What a chart draws: its lines, then its limits, each as a column of values. */
function drawnLines({ lines, limits: [signal, ...levels] }: Chart) {
  const drawn = lines.map(([line, name], index) => ({
    name,
    dash: [],
    color: 'link',
    ...styles[index],
    values: series.columns[line] ?? [],
  }));
  // As many lines whether it is compared or not: a chart is made once.
  const earlier = lines.slice(0, 1).map(([line, name]) => ({
    name: `${name} before`,
    dash: [1, 4],
    color: 'soft',
    values: before?.[line] ?? series.timesMs.map(() => null),
  }));
  const limits = levels.map((level) => ({
    name: level === 'slo' ? 'SLO' : level,
    dash: [4, 3],
    color: 'fail',
    values: series.timesMs.map(() => content.get('limits')[signal]?.[level]?.value ?? null),
  }));
  return [...drawn, ...earlier, ...limits];
}

/** Those that a person reads. */
const readLines = (chart: Chart) =>
  drawnLines(chart).filter((_, index) => before || index !== chart.lines.length);

function summary(chart: Chart) {
  const text = (value: number | null | undefined) => valueText(value, chart.unit);
  const lines = drawnLines(chart)
    .slice(0, chart.lines.length + (before ? 1 : 0))
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return `${name}: no data`;
      const range = `from ${text(Math.min(...known))} to ${text(Math.max(...known))}`;
      return `${name}: now ${text(values.at(-1))}, ${range}`;
    });
  return `last ${series.hours}h; ${lines.join('; ')}. Left and right arrow keys read single values.`;
}

const noCursor = { left: -10, top: -10 };

/** Reads single values by keys. */
function readByKey(chart: Chart, event: KeyboardEvent) {
  const plot = plots.get(chart);
  const last = series.timesMs.length - 1;
  const at = cursor ?? last;
  const steps = event.shiftKey ? 12 : 1;
  const places: Record<string, number> = {
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
  const values = readLines(chart).map((one) => `${one.name} ${valueText(one.values[place], chart.unit)}`);
  setText(byId('chart-says'), `${clockSeconds(atMs)} ${zoneText()}: ${values.join(', ')}`);
}

function legend(chart: Chart) {
  const place = cursor ?? series.timesMs.length - 1;
  const items = readLines(chart).map(
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

const panel = (chart: Chart) => html`
  <figure class="panel chart" data-chart=${chart.id}>
    <figcaption class="row"><h3 id="chart-${chart.id}">${chart.title}</h3>${legend(chart)}</figcaption>
    <div class="plot" id="plot-${chart.id}" tabindex="0" role="group"
      aria-labelledby="chart-${chart.id} says-${chart.id}"
      @keydown=${(event: KeyboardEvent) => readByKey(chart, event)}
      @blur=${() => plots.get(chart)?.setCursor(noCursor)}></div>
    <p class="hidden" id="says-${chart.id}">${summary(chart)}</p>
  </figure>`;

/** Those of which anything is measured. */
const measuredCharts = () => charts.filter(({ lines }) => lines.some(([line]) => series.columns[line]));

const showPanels = () => render(measuredCharts().map(panel), byId('charts'));

function makePlot(chart: Chart) {
  const parent = byId(`plot-${chart.id}`);
  const size = () => ({ width: Math.max(200, parent.clientWidth), height: 150 });
  const moved = (place: number | null) => {
    if (place === cursor) return;
    cursor = place;
    showPanels();
  };
  const overlay = () => ({ marks: content.get('marks'), gaps: content.get('coverage').gaps });
  const plot = drawChart(chart, drawnLines(chart), parent, { ...size(), moved, overlay });
  new ResizeObserver(() => plot.setSize(size())).observe(parent);
  return plot;
}

export function showCharts(newContent: Content, newSeries: SeriesView) {
  content = newContent;
  series = newSeries;
  showPanels();
  const seconds = series.timesMs.map((ms) => ms / 1000);
  for (const chart of measuredCharts()) {
    const plot = plots.get(chart) ?? makePlot(chart);
    plots.set(chart, plot);
    plot.setData([seconds, ...drawnLines(chart).map(({ values }) => values)], true);
  }
}

/** Draws the time before the deployment too, or no longer. */
export function showBefore(columns: Before | undefined) {
  before = columns;
  if (content) showCharts(content, series);
}

/** After the colours changed, or with the axes after the zone of the times did. */
export function redrawCharts(withAxes = false) {
  for (const plot of plots.values()) plot.redraw(false, withAxes);
}
