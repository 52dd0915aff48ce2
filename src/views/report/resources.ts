import type { Queries } from './queries.ts';
import type { Scope } from './window.ts';

export type CycleTimes = ReturnType<typeof cycleTimesOf>;

/** What the watch itself took: how long its cycles and how much the history; and the target's resident memory. */
export function cycleTimesOf(queries: Queries, { cycles }: Scope) {
  const times = queries.numbers(
    {
      median: ['duration of the median cycle', 'seconds'],
      longest: ['duration of the longest cycle', 'seconds'],
    },
    `WITH placed AS (
  SELECT duration_ms, row_number() OVER (ORDER BY duration_ms) AS place, count(*) OVER () AS n
  FROM cycles WHERE ${cycles}
)
SELECT max(iif(place = (n + 1) / 2, duration_ms / 1000.0, NULL)) AS median, max(duration_ms) / 1000.0 AS longest
FROM placed`,
  );
  const memory = queries.numbers(
    {
      firstMemory: ['resident memory of the target, first cycle', 'bytes'],
      lastMemory: ['resident memory of the target, last cycle', 'bytes'],
      greatestMemory: ['resident memory of the target, greatest', 'bytes'],
    },
    `WITH read AS (
  SELECT started_ms, live ->> 'residentMemoryBytes' AS bytes FROM cycles
  WHERE ${cycles} AND live ->> 'residentMemoryBytes' IS NOT NULL
)
SELECT (SELECT bytes FROM read ORDER BY started_ms LIMIT 1) AS firstMemory,
  (SELECT bytes FROM read ORDER BY started_ms DESC LIMIT 1) AS lastMemory,
  (SELECT max(bytes) FROM read) AS greatestMemory`,
  );
  const historyBytes = queries.number(
    'size of vigil.sqlite',
    'bytes',
    'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
  );
  return { ...times, ...memory, historyBytes };
}
