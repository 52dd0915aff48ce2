import type { QueriedList, Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** One check over the window. */
export interface CheckTotals {
  check: string;
  title: string;
  judged: number;
  passed: number;
  failed: number;
  unknown: number;
  /** Skipped because a part it needs is not declared. */
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

export interface Checks {
  listing: QueriedList;
  checks: CheckTotals[];
  faultListing: QueriedList;
  faults: Fault[];
  stripListing: QueriedList;
  /** Into how many equal parts the strips divide the window. */
  parts: number;
  strips: StripCell[];
}

const parts = 96;
const worstOf = ['skipped', 'pass', 'unknown', 'fail'] as const;

function totalsOf(queries: Queries, { cycles }: Scope) {
  type Counts = Pick<CheckTotals, 'title' | 'passed' | 'failed' | 'unknown' | 'skipped' | 'flips'>;
  type Row = Counts & { name: string; p95: number | null; longest: number | null };
  const { listing, rows } = queries.rows<Row>(
    'the checks: outcomes, changes, durations in milliseconds',
    `WITH judged AS (
  SELECT "check", outcome, outcomes.duration_ms AS duration_ms,
    lag(outcome) OVER (PARTITION BY "check", outcome < 2 ORDER BY started_ms, seq, position) AS before,
    row_number() OVER (PARTITION BY "check" ORDER BY outcomes.duration_ms DESC) AS place,
    count(outcomes.duration_ms) OVER (PARTITION BY "check") AS timed
  FROM outcomes JOIN cycles ON seq = cycle WHERE ${cycles}
)
SELECT checks.name, title, sum(outcome = 0) AS passed, sum(outcome = 1) AS failed, sum(outcome = 2) AS unknown,
  sum(outcome = 3) AS skipped, total(outcome < 2 AND outcome <> before) AS flips,
  max(iif(place = timed - (timed * 95 + 99) / 100 + 1, duration_ms, NULL)) AS p95, max(duration_ms) AS longest
FROM judged JOIN checks ON checks.id = "check" GROUP BY "check" ORDER BY checks.id`,
  );
  const checks = rows.map(
    ({ name, title, p95, longest, ...counts }): CheckTotals => ({
      check: name,
      title,
      judged: counts.passed + counts.failed + counts.unknown,
      ...counts,
      durationP95Ms: p95,
      durationMaxMs: longest,
    }),
  );
  return { listing, checks };
}

type FaultRow = Pick<CheckTotals, 'title'> & {
  name: string;
  from_ms: number;
  last_ms: number;
  count: number;
  reason: string | null;
};

function faultsOf(queries: Queries, { cycles }: Scope) {
  const { listing, rows } = queries.rows<FaultRow>(
    'faults seen: a check failing in one cycle after another',
    `WITH turn AS (
  SELECT seq, started_ms, row_number() OVER (ORDER BY started_ms, seq) AS n FROM cycles WHERE ${cycles}
), failed AS (
  SELECT "check", n, started_ms, reason,
    n - row_number() OVER (PARTITION BY "check" ORDER BY n) AS stretch
  FROM outcomes JOIN turn ON seq = cycle WHERE outcome = 1
), fault AS (
  SELECT "check", min(started_ms) AS from_ms, max(started_ms) AS last_ms, count(*) AS count,
    min(n) AS n, stretch FROM failed GROUP BY "check", stretch
)
SELECT checks.name, title, from_ms, last_ms, count,
  (SELECT texts.text FROM failed JOIN texts ON texts.id = reason
    WHERE failed."check" = fault."check" AND failed.n = fault.n) AS reason
FROM fault JOIN checks ON checks.id = fault."check" ORDER BY from_ms, checks.name`,
  );
  const faults = rows.map(
    ({ name, title, from_ms: fromMs, last_ms: lastMs, count, reason }): Fault => ({
      check: name,
      title,
      fromMs,
      lastMs,
      cycles: count,
      reason: reason ?? 'no reason was recorded',
    }),
  );
  return { listing, faults };
}

function stripsOf(queries: Queries, { cycles, fromMs, toMs }: Scope) {
  const { listing, rows } = queries.rows<{ name: string; part: number; worst: number }>(
    `each check at its worst in each of ${parts} parts of the window (0 skipped, 1 pass, 2 unknown, 3 fail)`,
    `SELECT checks.name, (started_ms - ${fromMs}) * ${parts} / ${toMs - fromMs} AS part,
  max(CASE outcome WHEN 1 THEN 3 WHEN 2 THEN 2 WHEN 0 THEN 1 ELSE 0 END) AS worst
FROM outcomes JOIN cycles ON seq = cycle JOIN checks ON checks.id = "check"
WHERE ${cycles} GROUP BY "check", part ORDER BY checks.id, part`,
  );
  const strips = rows.map(
    ({ name, part, worst }): StripCell => ({ check: name, part, worst: worstOf[worst] ?? 'unknown' }),
  );
  return { listing, strips };
}

/** Every check of the window, the faults they saw, and their strips. */
export function checksOf(queries: Queries, scope: Scope): Checks {
  const { listing, checks } = totalsOf(queries, scope);
  const { listing: faultListing, faults } = faultsOf(queries, scope);
  const { listing: stripListing, strips } = stripsOf(queries, scope);
  return { listing, checks, faultListing, faults, stripListing, parts, strips };
}
