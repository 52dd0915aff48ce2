import type { Unit } from '../units/unit.ts';
import type { Bound } from './bound.ts';
import { minute } from './seconds.ts';

/**
 * Limits of one signal. `slo` is what must hold; `warning`, `critical` and `rollback` are breached
 * when *they* hold, each after its `forSeconds`.
 */
export interface SignalThresholds {
  title: string;
  unit: Unit;
  slo?: Bound;
  warning?: Bound;
  critical?: Bound;
  rollback?: Bound;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** The one place where a limit is written down; checks, rules, the gate, pages and documents are made from it. */
export const thresholds = {
  passRate: {
    title: 'pass rate',
    unit: 'ratio',
    slo: { operator: '>=', value: 0.95 },
    warning: { operator: '<', value: 0.99, forSeconds: 10 * minute },
    critical: { operator: '<', value: 0.98, forSeconds: 5 * minute },
    rollback: { operator: '<', value: 0.95, forSeconds: 5 * minute },
  },
  errorRatio: {
    title: 'error ratio',
    unit: 'ratio',
    slo: { operator: '<', value: 0.001 },
    critical: { operator: '>', value: 0.001, forSeconds: 2 * minute },
    rollback: { operator: '>', value: 0.01, forSeconds: 5 * minute },
  },
  latencyP95: {
    title: 'P95 latency',
    unit: 'seconds',
    slo: { operator: '<', value: 0.2 },
    critical: { operator: '>', value: 0.2, forSeconds: 5 * minute },
    rollback: { operator: '>', value: 0.5, forSeconds: 5 * minute },
  },
  uptime: {
    title: 'uptime',
    unit: 'ratio',
    slo: { operator: '>=', value: 0.999 },
    critical: { operator: '<', value: 1, forSeconds: 1 * minute },
    rollback: { operator: '<', value: 1, forSeconds: 2 * minute },
  },
  memoryUsed: {
    title: 'memory in use',
    unit: 'ratio',
    slo: { operator: '<', value: 0.8 },
    warning: { operator: '>', value: 0.8, forSeconds: 10 * minute },
  },
  cpuUsed: {
    title: 'CPU in use',
    unit: 'ratio',
    slo: { operator: '<', value: 0.8 },
    warning: { operator: '>', value: 0.8, forSeconds: 10 * minute },
  },
  diskUsed: {
    title: 'disk in use',
    unit: 'ratio',
    slo: { operator: '<', value: 0.9 },
    warning: { operator: '>', value: 0.9, forSeconds: 10 * minute },
  },
  htdagMean: {
    title: 'HTDAG decomposition mean',
    unit: 'seconds',
    warning: { operator: '>', value: 0.15, forSeconds: 10 * minute },
  },
  haloMean: {
    title: 'HALO routing mean',
    unit: 'seconds',
    warning: { operator: '>', value: 0.13, forSeconds: 10 * minute },
  },
  aopMean: {
    title: 'AOP validation mean',
    unit: 'seconds',
    warning: { operator: '>', value: 0.1, forSeconds: 10 * minute },
  },
  throughput: {
    title: 'throughput',
    unit: 'perSecond',
    slo: { operator: '>=', value: 10 },
    warning: { operator: '<', value: 4, forSeconds: 10 * minute },
  },
  coverage: { title: 'coverage', unit: 'ratio' },
  availableMemory: { title: 'available memory', unit: 'bytes', slo: { operator: '>', value: 1 * GiB } },
  diskFree: { title: 'disk free', unit: 'bytes', slo: { operator: '>', value: 5 * GiB } },
  cores: { title: 'cores', unit: 'count', slo: { operator: '>=', value: 2 } },
  healthGroupDuration: { title: 'health group duration', unit: 'seconds', slo: { operator: '<', value: 10 } },
  smokePassRate: { title: 'smoke suite pass rate', unit: 'ratio', slo: { operator: '>=', value: 0.98 } },
  logLag: { title: 'log line delay', unit: 'seconds', slo: { operator: '<=', value: 2 } },
  clockSkew: { title: 'clock difference', unit: 'seconds', slo: { operator: '<', value: minute } },
  logSize: { title: 'largest log', unit: 'bytes', slo: { operator: '<=', value: 100 * MiB } },
  logGrowth: { title: 'log growth', unit: 'bytesPerHour', slo: { operator: '<', value: 1 * GiB } },
  memoryGrowth: {
    title: 'memory growth',
    unit: 'bytesPerOperation',
    slo: { operator: '<', value: 0.25 * MiB },
  },
  gateCycles: { title: 'cycles of the stage', unit: 'count', slo: { operator: '>=', value: 2 } },
  cycleAge: {
    title: 'age of the newest cycle, in intervals',
    unit: 'count',
    slo: { operator: '<=', value: 2 },
  },
  sentinelAge: {
    title: 'age of the last sentinel, in its intervals',
    unit: 'count',
    slo: { operator: '<=', value: 2 },
  },
  watchCoverage: { title: 'coverage of the watch', unit: 'ratio', slo: { operator: '>=', value: 0.95 } },
  scrapeCoverage: { title: 'scrapes of those due', unit: 'ratio', slo: { operator: '>=', value: 0.8 } },
  largestGap: {
    title: 'largest gap of the watch',
    unit: 'seconds',
    slo: { operator: '<=', value: 15 * minute },
  },
  errorBudgetLeft: { title: 'error budget left', unit: 'ratio', slo: { operator: '>=', value: 0.1 } },
  canaryIntervals: { title: 'intervals compared', unit: 'count', slo: { operator: '>=', value: 10 } },
  canaryLatency: {
    title: 'canary’s P95 over the baseline’s',
    unit: 'ratio',
    slo: { operator: '<=', value: 0.1 },
  },
  canaryErrors: {
    title: 'canary’s error ratio less the baseline’s',
    unit: 'ratio',
    slo: { operator: '<=', value: 0.001 },
  },
  failFast: { title: 'open breaker answers', unit: 'seconds', slo: { operator: '<', value: 0.1 } },
} as const satisfies Record<string, SignalThresholds>;

/** How far the clocks of two machines may differ, in seconds; one that is further off dates nothing that is believed. */
export const mostClockSkewSeconds = thresholds.clockSkew.slo.value;

export type SignalName = keyof typeof thresholds;
export type ThresholdLevel = 'slo' | 'warning' | 'critical' | 'rollback';
/** A limit by name: `latencyP95.slo`. */
export type ThresholdRef = `${SignalName}.${ThresholdLevel}`;
/** The whole table, possibly with values that the configuration changed. */
export type ThresholdTable = Record<SignalName, SignalThresholds>;

/** The bound and unit behind a reference; a reference without a bound is a mistake of the caller and throws. */
export function resolveThreshold(
  table: ThresholdTable,
  ref: ThresholdRef,
): { bound: Bound; unit: Unit; title: string } {
  const [signal, level] = ref.split('.') as [SignalName, ThresholdLevel];
  const row = table[signal];
  const bound = row?.[level];
  if (!bound) throw new RangeError(`there is no threshold ${ref}`);
  return { bound, unit: row.unit, title: row.title };
}
