import type { Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** Whether alerts were judged, and would have been told. */
export type AlertPath = ReturnType<typeof alertPathOf>;

/**
 * When the loop judged its rules last, and what became of its last sentinel: `received`, `old` when that was more than
 * `mostMs` before the last cycle, `missing`, `never`, `off`; `unknown` without a word of it.
 */
export function alertPathOf(queries: Queries, lastCycleMs: number | null, mostMs: number) {
  const judgedMs = queries.number(
    'when the alert rules were judged last, milliseconds since 1970',
    'count',
    `SELECT time_ms FROM state WHERE key = 'alerts' AND json_valid(json)`,
  );
  const { rows } = queries.rows<{ state: string | null; at_ms: unknown }>(
    'the last sentinel',
    `SELECT json ->> 'state' AS state, json ->> 'atMs' AS at_ms FROM state WHERE key = 'sentinel' AND json_valid(json)`,
  );
  const [{ state = 'unknown', at_ms: atMs } = {}] = rows;
  const isFresh = typeof atMs === 'number' && (lastCycleMs === null || lastCycleMs - atMs <= mostMs);
  return { judgedMs, sentinel: state === 'received' && !isFresh ? 'old' : String(state) };
}

/** What looks green and proves nothing. */
export type Consistency = ReturnType<typeof consistencyOf>;

/** Clocks of two processes on one machine don't differ by more. */
const clockToleranceMs = 1000;

/** Looks for what a sum over the window would take for good; `future` is what a clock dated that was wrong, then or now. */
export function consistencyOf(queries: Queries, { cycles }: Scope, nowMs: number) {
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
