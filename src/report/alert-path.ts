import type { Asker, Figure } from './figure.ts';

/** Whether alerts were judged, and would have been told. */
export interface AlertPath {
  /** When the rules were judged last, milliseconds since 1970. */
  judgedMs: Figure;
  /** What became of the last sentinel: `received`, `missing`, `never`, `off`; `unknown` without a word of it. */
  sentinel: string;
}

/** What the loop kept of its alerts and its sentinel. */
export function alertPathOf(asker: Asker): AlertPath {
  const judgedMs = asker.number(
    'when the alert rules were judged last, milliseconds since 1970',
    'count',
    `SELECT time_ms FROM state WHERE key = 'alerts'`,
  );
  const { rows } = asker.rows<'state'>(
    'the last sentinel',
    `SELECT json ->> 'state' AS state FROM state WHERE key = 'sentinel'`,
  );
  return { judgedMs, sentinel: String(rows[0]?.state ?? 'unknown') };
}
