import type { Outcome } from '../suite/index.ts';
import { outcomeCodes } from './record-cycle.ts';
import type { Store } from './store.ts';

/** What one check came to in one cycle; `value` is of the measurement that has a limit, with that limit. */
export interface CheckCycle {
  cycleId: string;
  timeMs: number;
  outcome: Outcome;
  durationMs: number | undefined;
  value: number | undefined;
  limit: number | undefined;
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The cycles of a check in fromMs ≤ time ≤ toMs, the newest first, at most so many. */
export function checkCyclesOf(
  store: Store,
  { check, fromMs, toMs, limit }: { check: string; fromMs: number; toMs: number; limit: number },
): CheckCycle[] {
  return store
    .all(
      `SELECT cycles.id, started_ms, outcome, outcomes.duration_ms AS duration, m.value, m.bound
       FROM outcomes JOIN cycles ON seq = outcomes.cycle
         LEFT JOIN measurements AS m ON m.cycle = outcomes.cycle AND m.position = outcomes.position
           AND m.ordinal = (SELECT min(ordinal) FROM measurements AS first
             WHERE first.cycle = m.cycle AND first.position = m.position AND first.bound IS NOT NULL)
       WHERE "check" = (SELECT id FROM checks WHERE name = ?1) AND started_ms BETWEEN ?2 AND ?3
       ORDER BY started_ms DESC LIMIT ?4`,
      check,
      fromMs,
      toMs,
      limit,
    )
    .map((row) => ({
      cycleId: String(row.id),
      timeMs: Number(row.started_ms),
      outcome: outcomeCodes[Number(row.outcome)] ?? 'unknown',
      durationMs: numberOf(row.duration),
      value: numberOf(row.value),
      limit: numberOf(row.bound),
    }));
}

/** When a check passed last, and since when it has failed without a pass between; `undefined` where it never did. */
export function checkTurnsOf(store: Store, check: string) {
  const row = store.get(
    `WITH own AS (SELECT cycle, outcome FROM outcomes WHERE "check" = (SELECT id FROM checks WHERE name = ?)),
     passed AS (SELECT max(cycle) AS cycle FROM own WHERE outcome = 0),
     failed AS (SELECT min(own.cycle) AS cycle FROM own, passed WHERE outcome = 1 AND own.cycle > ifnull(passed.cycle, 0))
     SELECT (SELECT started_ms FROM cycles, passed WHERE seq = passed.cycle) AS passed,
       (SELECT started_ms FROM cycles, failed WHERE seq = failed.cycle) AS failed`,
    check,
  );
  return { lastPassedMs: numberOf(row?.passed), firstFailedMs: numberOf(row?.failed) };
}
