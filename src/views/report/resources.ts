import type { QueriedValue, Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** What the watch itself took, and the target’s memory. */
export interface CycleTimes {
  median: QueriedValue;
  longest: QueriedValue;
  /** Resident memory of the target at the first and the last cycle that read it. */
  firstMemory: QueriedValue;
  lastMemory: QueriedValue;
  greatestMemory: QueriedValue;
  historyBytes: QueriedValue;
}

/** How long the cycles took, the target's resident memory, and the size of the history. */
export function cycleTimesOf(queries: Queries, { cycles }: Scope): CycleTimes {
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
