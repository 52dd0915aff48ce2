import type { QueriedValue, Queries } from './queries.ts';

/** Whether alerts were judged, and would have been told. */
export interface AlertPath {
  /** When the rules were judged last, milliseconds since 1970. */
  judgedMs: QueriedValue;
  /**
   * What became of the last sentinel: `received`, `old` when that was too long before the last cycle, `missing`, `never`,
   * `off`; `unknown` without a word of it.
   */
  sentinel: string;
}

/** What the loop kept of its alerts and its sentinel, which may be so many milliseconds older than the last cycle. */
export function alertPathOf(queries: Queries, lastCycleMs: number | null, mostMs: number): AlertPath {
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
