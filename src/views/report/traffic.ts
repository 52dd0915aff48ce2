import { operationsWithin, type SignalNaming, windowExpressions } from '../../alerts/index.ts';
import { type HistoryReader, sqlText } from '../../history/index.ts';
import type { QueriedValue, Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** Live traffic over the window. */
export interface Traffic {
  /** Whose counters were read: the loop's scrapes, or what each cycle read at its end. */
  source: 'scrapes' | 'cycles';
  operations: QueriedValue;
  errors: QueriedValue;
  errorRatio: QueriedValue;
  /** Operations with a duration, and those of them within `boundSeconds`. */
  timed: QueriedValue;
  within: QueriedValue | undefined;
  /** The greatest bound of the histogram that is not past the limit. */
  boundSeconds: number | undefined;
  /** Whether the histogram has a finite bound past the limit, so that a P95 near it can be told. */
  reachesPastLimit: boolean;
  /** Over all operations of the window; from cycles, the P95 of the worst one. */
  latencyP95: QueriedValue;
}

interface Bounds {
  label: string | undefined;
  reachesPastLimit: boolean;
}

function boundsFor(labels: readonly string[], limit: number): Bounds {
  const finite = labels.filter((label) => Number.isFinite(Number(label)));
  const label = finite.filter((text) => Number(text) <= limit).sort((a, b) => Number(b) - Number(a))[0];
  return { label, reachesPastLimit: finite.some((text) => Number(text) > limit) };
}

/** The scrapes speak where they go back as far as the cycles do; beyond their retention only the cycles know. */
function preferScrapes(queries: Queries, { journal, cycles, fromMs, toMs }: Scope): boolean {
  const oldest = queries.numbers(
    { scrape: ['oldest scrape of the window', 'count'], cycle: ['oldest cycle of the window', 'count'] },
    `SELECT (SELECT min(time_ms) FROM scrapes WHERE ${journal}) AS scrape,
  (SELECT min(started_ms) FROM cycles WHERE ${cycles}) AS cycle`,
  );
  if (oldest.scrape.value === null) return false;
  return oldest.scrape.value <= (oldest.cycle.value ?? toMs) + 0.05 * (toMs - fromMs);
}

function fromScrapes(
  queries: Queries,
  reader: HistoryReader,
  { fromMs, toMs }: Scope,
  naming: SignalNaming,
  limit: number,
): Traffic {
  const expressions = windowExpressions(naming, toMs - fromMs);
  const series = reader.series(`${naming.prefix}_operation_duration_seconds_bucket`, [], fromMs, toMs);
  const { label, reachesPastLimit } = boundsFor(
    [...new Set(series.map(({ labels }) => labels.le ?? ''))],
    limit,
  );
  return {
    source: 'scrapes',
    operations: queries.evaluated('operations of live traffic', 'count', expressions.operations),
    errors: queries.evaluated('errors of live traffic', 'count', expressions.errors),
    errorRatio: queries.evaluated('error ratio', 'ratio', expressions.errorRatio),
    timed: queries.evaluated('operations with a duration', 'count', expressions.timed),
    within:
      label === undefined
        ? undefined
        : queries.evaluated(
            `operations of at most ${label} s`,
            'count',
            operationsWithin(naming, label, toMs - fromMs),
          ),
    boundSeconds: label === undefined ? undefined : Number(label),
    reachesPastLimit,
    latencyP95: queries.evaluated('P95 latency', 'seconds', expressions.latencyP95),
  };
}

function fromCycles(queries: Queries, { cycles }: Scope, limit: number): Traffic {
  const found = queries.rows<{ le: unknown }>(
    'bounds of the latency histogram',
    `SELECT DISTINCT value ->> 0 AS le FROM cycles, json_each(live, '$.buckets') WHERE ${cycles} AND live IS NOT NULL`,
  );
  const { label, reachesPastLimit } = boundsFor(
    found.rows.map(({ le }) => String(le)),
    limit,
  );
  const grown = (name: string) =>
    `sum(CASE WHEN ${name} < ${name}0 THEN ${name} ELSE ${name} - ${name}0 END)`;
  const counters = queries.numbers(
    {
      operations: ['operations of live traffic', 'count'],
      errors: ['errors of live traffic', 'count'],
      ratio: ['error ratio', 'ratio'],
      timed: ['operations with a duration', 'count'],
      within: [`operations of at most ${label ?? 'no bound'} s`, 'count'],
    },
    `WITH live AS (
  SELECT started_ms, live ->> 'operations' AS operations, live ->> 'errors' AS errors,
    (SELECT max(value ->> 1) FROM json_each(live, '$.buckets')) AS timed,
    (SELECT value ->> 1 FROM json_each(live, '$.buckets') WHERE value ->> 0 = ${sqlText(label ?? '')}) AS within
  FROM cycles WHERE ${cycles} AND live IS NOT NULL
), step AS (
  SELECT *, lag(operations) OVER w AS operations0, lag(errors) OVER w AS errors0,
    lag(timed) OVER w AS timed0, lag(within) OVER w AS within0
  FROM live WINDOW w AS (ORDER BY started_ms)
), grown AS (
  SELECT ${grown('operations')} AS operations, ${grown('errors')} AS errors,
    ${grown('timed')} AS timed, ${grown('within')} AS within
  FROM step WHERE operations0 IS NOT NULL
)
SELECT *, errors * 1.0 / nullif(operations, 0) AS ratio FROM grown`,
  );
  const latencyP95 = queries.number(
    'P95 latency of the worst cycle',
    'seconds',
    `SELECT max(value) FROM signals JOIN cycles ON seq = cycle
WHERE name = (SELECT id FROM names WHERE text = 'latencyP95') AND ${cycles}`,
  );
  return {
    source: 'cycles',
    operations: counters.operations,
    errors: counters.errors,
    errorRatio: counters.ratio,
    timed: counters.timed,
    within: label === undefined ? undefined : counters.within,
    boundSeconds: label === undefined ? undefined : Number(label),
    reachesPastLimit,
    latencyP95,
  };
}

/** The traffic of the window, by the counters that saw most of it. `limit` is that of the P95, in seconds. */
export function trafficOf(
  queries: Queries,
  reader: HistoryReader,
  scope: Scope,
  naming: SignalNaming,
  limit: number,
): Traffic {
  return preferScrapes(queries, scope)
    ? fromScrapes(queries, reader, scope, naming, limit)
    : fromCycles(queries, scope, limit);
}
