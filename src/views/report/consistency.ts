import type { QueriedValue, Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** What looks green and proves nothing. */
export interface Consistency {
  /** Cycles in which nothing failed, and which are in doubt as a whole. */
  doubtful: QueriedValue;
  /** Entries dated after the report: a clock was wrong, then or now. */
  future: QueriedValue;
  /** Checks that did not pass when they were judged last, which is before the newest cycle. */
  vanished: string[];
}

/** Clocks of two processes on one machine don't differ by more. */
const clockToleranceMs = 1000;

/** Looks for what a sum over the window would take for good. */
export function consistencyOf(queries: Queries, { cycles }: Scope, nowMs: number): Consistency {
  const afterMs = Math.ceil(nowMs + clockToleranceMs);
  const dated = ['deployments', 'decisions', 'transitions', 'rollbacks', 'state'].map(
    (table) => `(SELECT count(*) FROM ${table} WHERE time_ms > ${afterMs})`,
  );
  const { rows } = queries.rows<{ name: string }>(
    'checks that did not pass when they were judged last, and are not judged any more',
    `WITH judged AS (
  SELECT "check", outcome, started_ms,
    row_number() OVER (PARTITION BY "check" ORDER BY started_ms DESC, seq DESC) AS place
  FROM outcomes JOIN cycles ON seq = cycle WHERE ${cycles} AND outcome < 3
)
SELECT name FROM judged JOIN checks ON checks.id = "check"
WHERE place = 1 AND outcome > 0 AND started_ms < (SELECT max(started_ms) FROM cycles WHERE ${cycles}) ORDER BY name`,
  );
  return {
    doubtful: queries.number(
      'cycles in which nothing failed, and which are in doubt as a whole',
      'count',
      `SELECT count(*) FROM cycles WHERE ${cycles} AND verdict = 'inconclusive' AND failed + unknown = 0`,
    ),
    future: queries.number(
      'entries dated after this report',
      'count',
      `SELECT (SELECT count(*) FROM cycles WHERE started_ms > ${afterMs}) + ${dated.join(' + ')}
  + (SELECT count(*) FROM state WHERE key = 'sentinel' AND iif(json_valid(json), json ->> 'atMs', 0) > ${afterMs})`,
    ),
    vanished: rows.map(({ name }) => name),
  };
}
