/** @typedef {import('../series/lines.ts').Line} Line */
/** @typedef {'slo' | 'warning' | 'critical' | 'rollback'} Level */

/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {import('./numbers.js').Unit} unit
 * @property {[line: Line, name: string][]} lines
 * @property {[signal: string, ...levels: Level[]]} limits
 * @property {boolean} [isFromTop] A ratio that should be 1, and stays until the next cycle.
 */

/** @param {string} id @param {string} title @param {Line} line @returns {Chart} */
const component = (id, title, line) => ({
  id,
  title,
  unit: 'seconds',
  lines: [[line, 'mean']],
  limits: [line, 'warning'],
});

/** The time series of the dashboard, in its order. @type {Chart[]} */
export const charts = [
  {
    id: 'pass-rate',
    title: 'Test pass rate',
    unit: 'ratio',
    lines: [['passRate', 'pass rate']],
    limits: ['passRate', 'critical', 'slo'],
    isFromTop: true,
  },
  {
    id: 'error-ratio',
    title: 'Error ratio',
    unit: 'ratio',
    lines: [['errorRatio', 'error ratio']],
    limits: ['errorRatio', 'critical'],
  },
  {
    id: 'latency',
    title: 'Operation latency',
    unit: 'seconds',
    lines: [
      ['latencyP95', 'P95'],
      ['latencyP50', 'P50'],
      ['latencyP99', 'P99'],
    ],
    limits: ['latencyP95', 'critical'],
  },
  {
    id: 'resources',
    title: 'System resources',
    unit: 'ratio',
    lines: [
      ['cpuUsed', 'CPU'],
      ['memoryUsed', 'memory'],
      ['diskUsed', 'disk'],
    ],
    limits: ['cpuUsed', 'warning'],
  },
  component('htdag', 'HTDAG decomposition', 'htdagMean'),
  component('halo', 'HALO routing', 'haloMean'),
  component('aop', 'AOP validation', 'aopMean'),
];
