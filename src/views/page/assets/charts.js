import { drawChart } from './chart.js';
import { charts } from './chart-list.js';
import { byId, h, setText, svg } from './dom.js';
import { figureText } from './numbers.js';
import { clockSeconds, whenText } from './time.js';

/** @typedef {import('../series/series.ts').SeriesView} SeriesView */
/** @typedef {import('./chart-list.js').Chart} Chart */
/** @typedef {import('uplot')} Plot */

/** @type {SeriesView | undefined} */
let shown;
/** @type {Map<string, any>} */
let content = new Map();

const levelNames = { slo: 'SLO', warning: 'warning', critical: 'critical', rollback: 'rollback' };

/** @param {Chart} chart @param {number | null} index */
function valuesAt(chart, index) {
  const place = index ?? (shown ? shown.timesMs.length - 1 : 0);
  return chart.lines.map(({ line, name }) => ({
    name,
    text: figureText(shown?.columns[line][place], chart.unit),
  }));
}

/** @param {Chart} chart */
function makeChart(chart) {
  const overlay = {
    limits: /** @type {any[]} */ ([]),
    marks: /** @type {any[]} */ ([]),
    gaps: /** @type {any[]} */ ([]),
  };
  const values = chart.lines.map(() => h('b', { class: 'num' }));
  const time = h('span', { class: 'num soft chart-time' }, 'now');
  const title = h('h3', { id: `chart-${chart.id}` }, chart.title);
  const legend = h(
    'p',
    { class: 'legend' },
    chart.lines.map(({ name, dash, color }, place) =>
      h(
        'span',
        { class: 'legend-item' },
        svg(
          'svg',
          { class: `swatch ${color}`, viewBox: '0 0 18 4', 'aria-hidden': 'true' },
          svg('path', { d: 'M0 2H18', 'stroke-dasharray': dash.join(' ') || 'none' }),
        ),
        chart.lines.length > 1 ? `${name} ` : '',
        values[place],
      ),
    ),
    time,
  );
  const plotPlace = h('div', {
    class: 'plot',
    tabindex: 0,
    role: 'group',
    'aria-labelledby': `chart-${chart.id} says-${chart.id}`,
  });
  const says = h('p', { class: 'hidden', id: `says-${chart.id}` });
  const figure = h(
    'figure',
    { class: 'panel chart', 'data-chart': chart.id },
    h('figcaption', {}, title, legend),
    plotPlace,
    says,
  );
  byId('charts').append(figure);

  const moved = (/** @type {number | null} */ index) => {
    const isNow = index === null || !shown;
    valuesAt(chart, index).forEach(({ text }, place) => {
      const value = values[place];
      if (value) setText(value, text);
    });
    setText(time, isNow ? 'now' : `at ${whenText(shown?.timesMs[index] ?? 0)}`);
  };
  const size = () => ({ width: Math.max(200, plotPlace.clientWidth), height: 150 });
  const spanMs = () => (shown?.hours ?? 6) * 3_600_000;
  const plot = drawChart(chart, plotPlace, overlay, { ...size(), moved, spanMs });
  new ResizeObserver(() => plot.setSize(size())).observe(plotPlace);

  plotPlace.addEventListener('keydown', (event) => {
    const last = (shown?.timesMs.length ?? 0) - 1;
    const at = plot.cursor.idx ?? last;
    const steps = event.shiftKey ? 12 : 1;
    const to = /** @type {Record<string, number>} */ ({
      ArrowLeft: Math.max(0, at - steps),
      ArrowRight: Math.min(last, at + steps),
      Home: 0,
      End: last,
    })[event.key];
    if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
    if (to === undefined || !shown) return;
    event.preventDefault();
    const atMs = shown.timesMs[to] ?? 0;
    plot.setCursor({ left: plot.valToPos(atMs / 1000, 'x'), top: 10 });
    const text = valuesAt(chart, to).map(({ name, text: value }) => `${name} ${value}`);
    setText(byId('chart-says'), `${clockSeconds(atMs)} UTC: ${text.join(', ')}`);
  });
  plotPlace.addEventListener('blur', () => plot.setCursor({ left: -10, top: -10 }));

  return {
    /** Takes in limits, marks and gaps. */
    overlay() {
      const table = content.get('limits') ?? {};
      overlay.limits = chart.limits.flatMap(([signal, level]) => {
        const bound = table[signal]?.[level];
        return bound
          ? [{ value: bound.value, text: `${levelNames[level]} ${figureText(bound.value, chart.unit)}` }]
          : [];
      });
      overlay.marks = content.get('marks') ?? [];
      overlay.gaps = content.get('coverage')?.gaps ?? [];
      // Setting the data again makes the scales anew, with room for the limits.
      if (shown) plot.setData(plot.data, true);
    },
    data() {
      if (!shown) return;
      const seconds = shown.timesMs.map((ms) => ms / 1000);
      plot.setData([seconds, ...chart.lines.map(({ line }) => shown?.columns[line] ?? [])], true);
      moved(plot.cursor.idx ?? null);
      const summaries = chart.lines.map(({ line, name }) => {
        const known = (shown?.columns[line] ?? []).filter((value) => value !== null);
        if (known.length === 0) return `${name}: no data`;
        const span = `from ${figureText(Math.min(...known), chart.unit)} to ${figureText(Math.max(...known), chart.unit)}`;
        return `${name}: now ${figureText(shown?.columns[line].at(-1), chart.unit)}, ${span}`;
      });
      setText(
        says,
        `last ${shown.hours} h; ${summaries.join('; ')}. Left and right arrow keys read single values.`,
      );
    },
    redraw: () => plot.redraw(false, false),
  };
}

/** @type {ReturnType<typeof makeChart>[]} */
let made = [];

/** @param {SeriesView} update @param {boolean} isWhole */
export function showPoints(update, isWhole) {
  if (isWhole || !shown || shown.hours !== update.hours) shown = update;
  else {
    const most = Math.round((update.hours * 3_600_000) / update.stepMs);
    const timesMs = [...shown.timesMs, ...update.timesMs].slice(-most);
    const columns = /** @type {SeriesView['columns']} */ (
      Object.fromEntries(
        Object.entries(shown.columns).map(([line, column]) => [
          line,
          [...column, ...update.columns[/** @type {keyof SeriesView['columns']} */ (line)]].slice(-most),
        ]),
      )
    );
    shown = { ...update, timesMs, columns };
  }
  if (made.length === 0) made = charts.map(makeChart);
  for (const chart of made) chart.data();
}

/** @param {Map<string, any>} changed */
export function showOverlays(changed) {
  content = changed;
  for (const chart of made) chart.overlay();
}

/** After the colours changed. */
export function redrawCharts() {
  for (const chart of made) chart.redraw();
}
