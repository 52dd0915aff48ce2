import type { Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** One check over the window. */
export interface CheckTotals {
  check: string;
  title: string;
  judged: number;
  passed: number;
  failed: number;
  unknown: number;
  /** Skipped because a part it needs is not declared, or because `suite.skips` accepts it. */
  skipped: number;
  /** How often it went from pass to fail or back, one judgement after another. */
  flips: number;
  /** Milliseconds; `null` when no run of it was timed. */
  durationP95Ms: number | null;
  durationMaxMs: number | null;
}

/** A stretch of cycles in which one check failed, one after another. */
export interface Fault {
  check: string;
  title: string;
  fromMs: number;
  /** When the last of its failing cycles began. */
  lastMs: number;
  cycles: number;
  reason: string;
}

/** What one check was at worst in one stretch of time. */
export interface StripCell {
  check: string;
  /** Which of the equal parts of the window. */
  part: number;
  worst: 'pass' | 'fail' | 'unknown' | 'skipped';
}

export type Checks = ReturnType<typeof checksOf>;

/** Into how many equal parts the strips divide the window. */
const parts = 96;

/** Every check of the window, the faults they saw, and their strips. */
export function checksOf(queries: Queries, { cycles, fromMs, toMs }: Scope) {
  const { listing, rows: checks } = queries.rows<CheckTotals>(
    'the checks: outcomes, changes, durations in milliseconds',
    `WITH judged AS (
  SELECT "check", outcome, outcomes.duration_ms AS duration_ms,
    lag(outcome) OVER (PARTITION BY "check", outcome < 2 ORDER BY started_ms, seq, position) AS before,
    row_number() OVER (PARTITION BY "check" ORDER BY outcomes.duration_ms DESC) AS place,
    count(outcomes.duration_ms) OVER (PARTITION BY "check") AS timed
  FROM outcomes JOIN cycles ON seq = cycle WHERE ${cycles}
)
SELECT checks.name AS "check", title, sum(outcome < 3) AS judged, sum(outcome = 0) AS passed,
  sum(outcome = 1) AS failed, sum(outcome = 2) AS unknown, sum(outcome = 3) AS skipped,
  total(outcome < 2 AND outcome <> before) AS flips,
  max(iif(place = timed - (timed * 95 + 99) / 100 + 1, duration_ms, NULL)) AS durationP95Ms,
  max(duration_ms) AS durationMaxMs
FROM judged JOIN checks ON checks.id = "check" GROUP BY "check" ORDER BY checks.id`,
  );
  const { listing: faultListing, rows: faults } = queries.rows<Fault>(
    'faults seen: a check failing in one cycle after another',
    `WITH turn AS (
  SELECT seq, started_ms, row_number() OVER (ORDER BY started_ms, seq) AS n FROM cycles WHERE ${cycles}
), failed AS (
  SELECT "check", n, started_ms, reason,
    n - row_number() OVER (PARTITION BY "check" ORDER BY n) AS stretch
  FROM outcomes JOIN turn ON seq = cycle WHERE outcome = 1
), fault AS (
  SELECT "check", min(started_ms) AS fromMs, max(started_ms) AS lastMs, count(*) AS cycles,
    min(n) AS n, stretch FROM failed GROUP BY "check", stretch
)
SELECT checks.name AS "check", title, fromMs, lastMs, cycles,
  coalesce((SELECT texts.text FROM failed JOIN texts ON texts.id = reason
    WHERE failed."check" = fault."check" AND failed.n = fault.n), 'no reason was recorded') AS reason
FROM fault JOIN checks ON checks.id = fault."check" ORDER BY fromMs, checks.name`,
  );
  const { listing: stripListing, rows: strips } = queries.rows<StripCell>(
    `each check at its worst in each of ${parts} parts of the window`,
    `SELECT checks.name AS "check", (started_ms - ${fromMs}) * ${parts} / ${toMs - fromMs} AS part,
  CASE WHEN sum(outcome = 1) > 0 THEN 'fail' WHEN sum(outcome = 2) > 0 THEN 'unknown'
    WHEN sum(outcome = 0) > 0 THEN 'pass' ELSE 'skipped' END AS worst
FROM outcomes JOIN cycles ON seq = cycle JOIN checks ON checks.id = "check"
WHERE ${cycles} GROUP BY "check", part ORDER BY checks.id, part`,
  );
  return { listing, checks, faultListing, faults, stripListing, parts, strips };
}
