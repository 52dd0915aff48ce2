import type { Line } from '../series/lines.ts';
import type { Unit } from './numbers.ts';

type Level = 'slo' | 'warning' | 'critical' | 'rollback';

export interface Chart {
  id: string;
  title: string;
  unit: Unit;
  lines: [line: Line, name: string][];
  limits: [signal: string, ...levels: Level[]];
  /** A ratio that should be 1, and stays until the next cycle. */
  isFromTop?: boolean;
}

const component = (id: string, title: string, line: Line): Chart => ({
  id,
  title,
  unit: 'seconds',
  lines: [[line, 'mean']],
  limits: [line, 'warning'],
});

/** The time series of the dashboard, in its order. */
export const charts: Chart[] = [
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
