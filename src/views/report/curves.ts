import { isMeasured, type NamedSignal, type SignalNaming, signalExpressions } from '../../alerts/index.ts';
import type { SignalName, ThresholdTable, Unit } from '../../core/index.ts';
import { extremeOf, type QueriedValue, type Queries, type StepPoint } from './queries.ts';
import type { Scope } from './window.ts';

/** A picture of curves. */
interface LineChart {
  title: string;
  signals: readonly NamedSignal[];
  /** Signals whose limits are drawn. */
  limits: readonly SignalName[];
  /** Bottom of the axis; 0 unless the values are near 1. */
  floor?: number;
}

/** What the report draws over time. */
export const lineCharts = {
  quality: {
    title: 'Pass rate of the cycles',
    signals: ['passRate'],
    limits: ['passRate'],
    floor: 0.9,
  },
  errors: {
    title: 'Error ratio of live traffic',
    signals: ['errorRatio'],
    limits: ['errorRatio'],
  },
  latency: {
    title: 'Latency of live traffic: P50, P95, P99',
    signals: ['latencyP50', 'latencyP95', 'latencyP99'],
    limits: ['latencyP95'],
  },
  throughput: {
    title: 'Operations per second of live traffic',
    signals: ['throughput'],
    // The objective is that of a probe; live traffic is warned of.
    limits: [],
  },
  resources: {
    title: 'CPU, memory and disk of the host',
    signals: ['cpuUsed', 'memoryUsed', 'diskUsed'],
    limits: ['cpuUsed', 'diskUsed'],
  },
  components: {
    title: 'Mean duration of HTDAG, HALO and AOP',
    signals: ['htdagMean', 'haloMean', 'aopMean'],
    limits: ['htdagMean'],
  },
} as const satisfies Record<string, LineChart>;
export type LineChartName = keyof typeof lineCharts;
export type CurveSignal = (typeof lineCharts)[LineChartName]['signals'][number];

/** One signal over the window. */
export interface Curve {
  signal: CurveSignal;
  title: string;
  unit: Unit;
  /** The worst value, with the query of the curve. */
  worst: QueriedValue;
  /** Where the values come from: between the cycles too, or only from them. */
  source: 'scrapes' | 'cycles' | 'nothing';
  points: StepPoint[];
}

/** Those of the signals that are measured. */
export type Curves = Partial<Record<CurveSignal, Curve>>;

const titles: Partial<Record<CurveSignal, string>> = {
  latencyP50: 'median latency',
  latencyP99: 'P99 latency',
};

function curveOf(
  queries: Queries,
  { cycles, fromMs, stepMs }: Scope,
  signal: CurveSignal,
  table: ThresholdTable,
  naming: SignalNaming,
): Curve {
  const row = signal in table ? table[signal as keyof ThresholdTable] : undefined;
  const title = titles[signal] ?? row?.title ?? signal;
  const unit = row?.unit ?? 'seconds';
  // The least is the worst of these, the greatest of all others.
  const extreme = signal === 'passRate' || signal === 'throughput' ? 'min' : 'max';
  const named = `${title}: the ${extreme === 'min' ? 'least' : 'greatest'}`;
  // The pass rate is the cycles' own; everything else the scrapes know better, between the cycles too.
  if (signal !== 'passRate') {
    const { worst, points } = queries.overSteps(named, unit, signalExpressions(naming)[signal], extreme);
    if (points.length > 0) return { signal, title, unit, worst, source: 'scrapes', points };
  }
  const { listing, rows: points } = queries.rows<StepPoint>(
    `${signal} of the cycles, the worst of each step`,
    `SELECT ${fromMs} + (started_ms - ${fromMs}) / ${stepMs} * ${stepMs} AS timeMs, ${extreme}(value) AS value
FROM signals JOIN cycles ON seq = cycle
WHERE name = (SELECT id FROM names WHERE text = '${signal}') AND value IS NOT NULL AND ${cycles}
GROUP BY timeMs ORDER BY timeMs`,
  );
  const { id, query } = listing;
  const worst = { id, title: named, unit, value: extremeOf(points, extreme), query };
  return { signal, title, unit, worst, source: points.length > 0 ? 'cycles' : 'nothing', points };
}

/** Every curve of the report. */
export function curvesOf(
  queries: Queries,
  scope: Scope,
  table: ThresholdTable,
  naming: SignalNaming,
): Curves {
  const signals = Object.values(lineCharts).flatMap((chart): readonly CurveSignal[] => chart.signals);
  return Object.fromEntries(
    signals
      .filter((signal) => isMeasured(signal, naming))
      .map((signal) => [signal, curveOf(queries, scope, signal, table, naming)]),
  );
}
