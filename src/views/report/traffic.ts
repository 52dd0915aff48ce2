import { operationsWithin, type SignalNaming, seriesOf, windowExpressions } from '../../alerts/index.ts';
import { type SampleReader, sqlText } from '../../history/index.ts';
import type { Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** Live traffic over the window. */
export type WatchedTraffic = ReturnType<typeof watchedTraffic>;

/**
 * The greatest bound of the histogram that is not past the limit, as it is written and in seconds; and whether there is a
 * finite one past it, so that a P95 near it can be told.
 */
function boundsFor(labels: readonly string[], limit: number) {
  const finite = labels.filter((label) => Number.isFinite(Number(label)));
  const label = finite.filter((text) => Number(text) <= limit).sort((a, b) => Number(b) - Number(a))[0];
  return {
    label,
    boundSeconds: label === undefined ? undefined : Number(label),
    reachesPastLimit: finite.some((text) => Number(text) > limit),
  };
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

/** What the loop's scrapes counted; the P95 is over all operations of the window. */
function fromScrapes(
  queries: Queries,
  reader: SampleReader,
  { fromMs, toMs }: Scope,
  naming: SignalNaming,
  limit: number,
) {
  const expressions = windowExpressions(naming, toMs - fromMs);
  const buckets = seriesOf(naming).filter(({ metric }) => metric.endsWith('_bucket'));
  const series = buckets.flatMap(({ metric, matchers }) => reader.series(metric, matchers, fromMs, toMs));
  const { label, ...bounds } = boundsFor([...new Set(series.map(({ labels }) => labels.le ?? ''))], limit);
  const title = `operations of at most ${label} s`;
  const within = label === undefined ? undefined : operationsWithin(naming, label, toMs - fromMs);
  return {
    source: 'scrapes' as const,
    operations: queries.evaluated('operations of live traffic', 'count', expressions.operations),
    errors: queries.evaluated('errors of live traffic', 'count', expressions.errors),
    errorRatio: queries.evaluated('error ratio', 'ratio', expressions.errorRatio),
    timed: queries.evaluated('operations with a duration', 'count', expressions.timed),
    within: within && queries.evaluated(title, 'count', within),
    ...bounds,
    latencyP95: queries.evaluated('P95 latency', 'seconds', expressions.latencyP95),
  };
}

/** What each cycle read at its end; the P95 is that of the worst one. */
function fromCycles(queries: Queries, { cycles }: Scope, limit: number) {
  const { rows } = queries.rows<{ le: unknown }>(
    'bounds of the latency histogram',
    `SELECT DISTINCT value ->> 0 AS le FROM cycles, json_each(live, '$.buckets') WHERE ${cycles} AND live IS NOT NULL`,
  );
  const labels = rows.map(({ le }) => String(le));
  const { label, ...bounds } = boundsFor(labels, limit);
  const grown = (name: string) =>
    `sum(CASE WHEN ${name} < ${name}0 THEN ${name} ELSE ${name} - ${name}0 END)`;
  const counters = queries.numbers(
    {
      operations: ['operations of live traffic', 'count'],
      errors: ['errors of live traffic', 'count'],
      errorRatio: ['error ratio', 'ratio'],
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
SELECT operations, errors, errors * 1.0 / nullif(operations, 0) AS errorRatio, timed, within FROM grown`,
  );
  return {
    source: 'cycles' as const,
    ...counters,
    within: label === undefined ? undefined : counters.within,
    ...bounds,
    latencyP95: queries.number(
      'P95 latency of the worst cycle',
      'seconds',
      `SELECT max(value) FROM signals JOIN cycles ON seq = cycle
WHERE name = (SELECT id FROM names WHERE text = 'latencyP95') AND ${cycles}`,
    ),
  };
}

/** The traffic of the window, by the counters that saw most of it. `limit` is that of the P95, in seconds. */
export function watchedTraffic(
  queries: Queries,
  reader: SampleReader,
  scope: Scope,
  naming: SignalNaming,
  limit: number,
) {
  return preferScrapes(queries, scope)
    ? fromScrapes(queries, reader, scope, naming, limit)
    : fromCycles(queries, scope, limit);
}
