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

const solid = /** @type {number[]} */ ([]);
const dashed = [7, 4];
const dotted = [2, 3];

/** @param {string} id @param {string} title @param {Line} line @returns {Chart} */
const component = (id, title, line) => ({
  id,
  title,
  unit: 'seconds',
  lines: [{ line, name: 'mean', dash: solid, color: 'line-1' }],
  limits: [[line, 'warning']],
});

/** The time series of the dashboard, in its order. @type {Chart[]} */
export const charts = [
  {
    id: 'pass-rate',
    title: 'Test pass rate',
    unit: 'ratio',
    lines: [{ line: 'passRate', name: 'pass rate', dash: solid, color: 'line-1' }],
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
    lines: [{ line: 'errorRatio', name: 'error ratio', dash: solid, color: 'line-1' }],
    limits: [['errorRatio', 'critical']],
  },
  {
    id: 'latency',
    title: 'Operation latency',
    unit: 'seconds',
    lines: [
      { line: 'latencyP99', name: 'P99', dash: dotted, color: 'line-3' },
      { line: 'latencyP95', name: 'P95', dash: solid, color: 'line-1' },
      { line: 'latencyP50', name: 'P50', dash: dashed, color: 'line-2' },
    ],
    limits: [['latencyP95', 'critical']],
  },
  {
    id: 'resources',
    title: 'System resources',
    unit: 'ratio',
    lines: [
      { line: 'cpuUsed', name: 'CPU', dash: solid, color: 'line-1' },
      { line: 'memoryUsed', name: 'memory', dash: dashed, color: 'line-2' },
      { line: 'diskUsed', name: 'disk', dash: dotted, color: 'line-3' },
    ],
    limits: [['cpuUsed', 'warning']],
  },
  component('htdag', 'HTDAG decomposition', 'htdagMean'),
  component('halo', 'HALO routing', 'haloMean'),
  component('aop', 'AOP validation', 'aopMean'),
];
