import { isMeasured, type SignalNaming, windowExpressions } from '../../alerts/index.ts';
import {
  chanceText,
  compareSamples,
  compareShares,
  formatDifference,
  formatInterval,
  formatValue,
  grouped,
  type ThresholdTable,
} from '../../core/index.ts';
import type { JournalReader } from '../../history/index.ts';
import type { Queries } from './queries.ts';
import type { ComparedMeasure, ReportComparison } from './report-schema.ts';
import type { InProduction, Scope } from './window.ts';

/** How unlikely a difference must be by chance before it counts. */
const significance = 0.05;
/** Fewer cycles of either release show nothing. */
const leastCycles = 10;
const leastOperations = 20;
/** Every pair is compared; more points than this are thinned. */
const mostPoints = 500;

interface Span {
  fromMs: number;
  toMs: number;
}

interface Limits {
  table: ThresholdTable;
  naming: SignalNaming;
}

type Row = Omit<ComparedMeasure, 'state'> & { isLarge?: boolean };

/** Worse and better only where chance is unlikely and the difference matters; all of these are worse when they are greater. */
function judged({ isLarge = true, ...row }: Row): ComparedMeasure {
  const { pValue, difference } = row;
  if (pValue === null || difference === null) return { ...row, state: 'unknown' };
  const differs = pValue < significance && isLarge;
  return { ...row, state: differs ? (difference > 0 ? 'worse' : 'better') : 'same' };
}

const nothing = { before: null, now: null, difference: null, low: null, high: null, pValue: null };

const testNames = { normal: 'two-proportion z-test', exact: 'Fisher’s exact test' } as const;

/** Compares two shares of bad ones. */
function shares(
  base: Pick<Row, 'measure' | 'title' | 'queries'>,
  [before, now]: [bad: number, all: number][],
  least: number,
  noun: string,
  limit = 0,
): ComparedMeasure {
  const [bad0 = 0, all0 = 0] = before ?? [];
  const [bad1 = 0, all1 = 0] = now ?? [];
  const remark = `${grouped(bad1)} of ${grouped(all1)} ${noun} against ${grouped(bad0)} of ${grouped(all0)}`;
  const row = { ...base, unit: 'ratio', remark } as const;
  if (Math.min(all0, all1) < least)
    return judged({ ...row, ...nothing, test: null, remark: `too few: ${remark}` });
  const { difference, low, high, pValue, by } = compareShares(
    { count: Math.min(bad0, all0), of: all0 },
    { count: Math.min(bad1, all1), of: all1 },
  );
  return judged({
    ...row,
    before: bad0 / all0,
    now: bad1 / all1,
    difference,
    low,
    high,
    pValue,
    test: testNames[by],
    isLarge: Math.abs(difference) > limit,
  });
}

function cycles(queries: Queries, spans: [Span, Span], ofTarget: string): ComparedMeasure {
  const found = spans.map(({ fromMs, toMs }, index) =>
    queries.numbers(
      {
        all: [`cycles ${index === 0 ? 'before the deployment' : 'since it'}, for the comparison`, 'count'],
        bad: ['those in which a check did not pass', 'count'],
      },
      `SELECT count(*) AS "all", total(failed + unknown > 0 OR passed = 0) AS bad
FROM cycles WHERE started_ms >= ${fromMs} AND started_ms < ${toMs}${ofTarget}`,
    ),
  );
  return shares(
    {
      measure: 'cycles',
      title: 'cycles in which a check did not pass',
      queries: found.map(({ all }) => all.id),
    },
    found.map(({ bad, all }) => [bad.value ?? 0, all.value ?? 0]),
    leastCycles,
    'cycles',
  );
}

function errors(queries: Queries, spans: [Span, Span], { table, naming }: Limits): ComparedMeasure {
  const found = spans.map(({ fromMs, toMs }, index) => {
    const over = windowExpressions(naming, Math.max(1, toMs - fromMs));
    const when = index === 0 ? 'before the deployment' : 'since it';
    return [
      queries.evaluated(`errors ${when}, for the comparison`, 'count', over.errors, toMs),
      queries.evaluated(`operations ${when}, for the comparison`, 'count', over.operations, toMs),
    ] as const;
  });
  return shares(
    {
      measure: 'errorRatio',
      title: table.errorRatio.title,
      queries: found.flatMap(([bad, all]) => [bad.id, all.id]),
    },
    found.map(([bad, all]) => [Math.round(bad.value ?? 0), Math.round(all.value ?? 0)]),
    leastOperations,
    'operations failed',
    table.canaryErrors.slo?.value,
  );
}

interface Point {
  timeMs: number;
  value: number;
}

/** Values whose windows don't overlap, for only these are independent; at most so many, evenly picked. */
function independent(points: readonly Point[], windowMs: number): number[] {
  const values: number[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { timeMs, value } of points) {
    if (timeMs - lastMs < windowMs) continue;
    values.push(value);
    lastMs = timeMs;
  }
  const step = Math.max(1, Math.ceil(values.length / mostPoints));
  return values.filter((_, index) => index % step === 0);
}

function latency(
  queries: Queries,
  spans: [Span, Span],
  ofTarget: string,
  { table, naming }: Limits,
): ComparedMeasure {
  const found = spans.map(({ fromMs, toMs }, index) =>
    queries.rows<Point>(
      `P95 latency of each cycle ${index === 0 ? 'before the deployment' : 'since it'}, in seconds`,
      `SELECT started_ms AS timeMs, value FROM signals JOIN cycles ON seq = cycle
WHERE name = (SELECT id FROM names WHERE text = 'latencyP95') AND value IS NOT NULL
  AND started_ms >= ${fromMs} AND started_ms < ${toMs}${ofTarget} ORDER BY started_ms`,
    ),
  );
  const [before = [], now = []] = found.map(({ rows }) => independent(rows, naming.windowMs));
  const row = {
    measure: 'latencyP95',
    title: table.latencyP95.title,
    unit: 'seconds',
    queries: found.map(({ listing }) => listing.id),
    remark: `${now.length} cycles against ${before.length}`,
  } as const;
  if (Math.min(before.length, now.length) < leastCycles)
    return judged({ ...row, ...nothing, test: null, remark: `too few: ${row.remark}` });
  const { superiority: _, ...compared } = compareSamples(before, now);
  return judged({
    ...row,
    ...compared,
    test: 'Mann–Whitney U test',
    isLarge: Math.abs(compared.difference) > compared.before * (table.canaryLatency.slo?.value ?? 0),
  });
}

/**
 * The release against the one before it: as long before its deployment as it has been in production, as far as the
 * release before was. `null` while no deployment is recorded.
 */
export function comparisonOf(
  queries: Queries,
  reader: JournalReader,
  { toMs }: Scope,
  known: Limits & { release: InProduction | null; ofTarget: string },
): ReportComparison | null {
  const { release, ofTarget, naming } = known;
  if (!release) return null;
  const { sinceMs } = release;
  const earlier = reader.deployments(0, sinceMs).filter((one) => one.release !== release.release);
  const last = earlier.at(-1);
  const fromMs = Math.max(sinceMs - (toMs - sinceMs), last?.timeMs ?? 0);
  const spans: [Span, Span] = [
    { fromMs, toMs: sinceMs },
    { fromMs: sinceMs, toMs },
  ];
  const measures = [
    cycles(queries, spans, ofTarget),
    ...(isMeasured('errorRatio', naming) ? [errors(queries, spans, known)] : []),
    ...(isMeasured('latencyP95', naming) ? [latency(queries, spans, ofTarget, known)] : []),
  ];
  return { release: last?.release ?? null, fromMs, toMs: sinceMs, measures };
}

const shown = (value: number | null, unit: ComparedMeasure['unit']): string =>
  value === null ? 'not known' : formatValue(value, unit);

/** `+12 ms (95 % interval +4 ms to +20 ms), p = 0.003`. */
export function differenceText({ difference, low, high, pValue, unit }: ComparedMeasure): string {
  if (difference === null || low === null || high === null || pValue === null) return 'not tested';
  return `${formatDifference(difference, unit)} (${formatInterval(low, high, unit)}), ${chanceText(pValue)}`;
}

/** What a measure was before and is now. */
export const beforeAndNow = ({ before, now, unit }: ComparedMeasure): [string, string] => [
  shown(before, unit),
  shown(now, unit),
];
