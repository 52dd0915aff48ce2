/** @typedef {import('../series/lines.ts').Line} Line */
/** @typedef {'slo' | 'warning' | 'critical' | 'rollback'} Level */

/**
 * @typedef {object} ChartLine
 * @property {Line} line
 * @property {string} name
 * @property {number[]} dash Lines differ in their dashes too, so that colour only repeats it.
 * @property {string} color Name of a colour of the style sheet.
 */

/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {import('./numbers.js').Unit} unit
 * @property {ChartLine[]} lines
 * @property {[signal: string, level: Level][]} limits
 * @property {boolean} [isFromTop] A ratio that should be 1.
 * @property {boolean} [isStepped]
 */

/** The first, second and third line of a chart. */
const styles = [
  { dash: [], color: 'line-1' },
  { dash: [7, 4], color: 'line-2' },
  { dash: [2, 3], color: 'line-3' },
];

/** @param {Line} line @param {string} name @param {number} [style] @returns {ChartLine} */
const drawn = (line, name, style = 0) => ({ line, name, dash: [], color: 'line-1', ...styles[style] });

/** @param {string} id @param {string} title @param {Line} line @returns {Chart} */
const component = (id, title, line) => ({
  id,
  title,
  unit: 'seconds',
  lines: [drawn(line, 'mean')],
  limits: [[line, 'warning']],
});

/** The time series of the dashboard, in its order. @type {Chart[]} */
export const charts = [
  {
    id: 'pass-rate',
    title: 'Test pass rate',
    unit: 'ratio',
    lines: [drawn('passRate', 'pass rate')],
    limits: [
      ['passRate', 'critical'],
      ['passRate', 'slo'],
    ],
    isFromTop: true,
    isStepped: true,
  },
  {
    id: 'error-ratio',
    title: 'Error ratio',
    unit: 'ratio',
    lines: [drawn('errorRatio', 'error ratio')],
    limits: [['errorRatio', 'critical']],
  },
  {
    id: 'latency',
    title: 'Operation latency',
    unit: 'seconds',
    lines: [drawn('latencyP99', 'P99', 2), drawn('latencyP95', 'P95'), drawn('latencyP50', 'P50', 1)],
    limits: [['latencyP95', 'critical']],
  },
  {
    id: 'resources',
    title: 'System resources',
    unit: 'ratio',
    lines: [drawn('cpuUsed', 'CPU'), drawn('memoryUsed', 'memory', 1), drawn('diskUsed', 'disk', 2)],
    limits: [['cpuUsed', 'warning']],
  },
  component('htdag', 'HTDAG decomposition', 'htdagMean'),
  component('halo', 'HALO routing', 'haloMean'),
  component('aop', 'AOP validation', 'aopMean'),
];
