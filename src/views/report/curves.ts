import { type NamedSignal, type SignalNaming, signalExpressions } from '../../alerts/index.ts';
import type { ThresholdTable, Unit } from '../../core/index.ts';
import { extremeOf, type QueriedValue, type Queries, type StepPoint } from './queries.ts';
import type { Scope } from './window.ts';

/** The signals that a report draws. */
export const curveSignals = [
  'passRate',
  'errorRatio',
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'throughput',
  'cpuUsed',
  'memoryUsed',
  'diskUsed',
  'htdagMean',
  'haloMean',
  'aopMean',
] as const satisfies readonly NamedSignal[];
export type CurveSignal = (typeof curveSignals)[number];

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

export type Curves = Record<CurveSignal, Curve>;

const titles: Partial<Record<CurveSignal, string>> = {
  latencyP50: 'median latency',
  latencyP99: 'P99 latency',
};

/** The least is the worst of these, the greatest of all others. */
const isFloor = (signal: CurveSignal): boolean => signal === 'passRate' || signal === 'throughput';

function fromCycles(queries: Queries, { cycles, fromMs, stepMs }: Scope, signal: CurveSignal) {
  const worst = isFloor(signal) ? 'min' : 'max';
  return queries.rows<StepPoint>(
    `${signal} of the cycles, the worst of each step`,
    `SELECT ${fromMs} + (started_ms - ${fromMs}) / ${stepMs} * ${stepMs} AS timeMs, ${worst}(value) AS value
FROM signals JOIN cycles ON seq = cycle
WHERE name = (SELECT id FROM names WHERE text = '${signal}') AND value IS NOT NULL AND ${cycles}
GROUP BY timeMs ORDER BY timeMs`,
  );
}

function curveOf(
  queries: Queries,
  scope: Scope,
  signal: CurveSignal,
  table: ThresholdTable,
  naming: SignalNaming,
): Curve {
  const row = signal in table ? table[signal as keyof ThresholdTable] : undefined;
  const title = titles[signal] ?? row?.title ?? signal;
  const unit = row?.unit ?? 'seconds';
  const extreme = isFloor(signal) ? 'min' : 'max';
  const named = `${title}: the ${extreme === 'min' ? 'least' : 'greatest'}`;
  // The pass rate is the cycles' own; everything else the scrapes know better, between the cycles too.
  if (signal !== 'passRate') {
    const { worst, points } = queries.overSteps(named, unit, signalExpressions(naming)[signal], extreme);
    if (points.length > 0) return { signal, title, unit, worst, source: 'scrapes', points };
  }
  const {
    listing: { id, query },
    rows: points,
  } = fromCycles(queries, scope, signal);
  const worst: QueriedValue = { id, title: named, unit, value: extremeOf(points, extreme), query };
  return { signal, title, unit, worst, source: points.length > 0 ? 'cycles' : 'nothing', points };
}

/** Every curve of the report. */
export function curvesOf(
  queries: Queries,
  scope: Scope,
  table: ThresholdTable,
  naming: SignalNaming,
): Curves {
  return Object.fromEntries(
    curveSignals.map((signal) => [signal, curveOf(queries, scope, signal, table, naming)]),
  ) as Curves;
}
