import type { CycleReader } from '../../history/index.ts';
import type { Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** How much of the window was watched: its slots, its gaps with the oldest first, and whose cycles there are. */
export type Watched = ReturnType<typeof watchedOf>;

export function watchedOf(queries: Queries, reader: CycleReader, scope: Scope, nowMs: number) {
  const { fromMs, toMs, cycles } = scope;
  const slots = queries.numbers(
    {
      ratio: ['coverage: observed ÷ due slots', 'ratio'],
      due: ['slots that came due', 'count'],
      observed: ['slots observed', 'count'],
      missed: ['slots missed', 'count'],
      planned: ['planned ÷ asked time', 'ratio'],
    },
    // A grid ends where the next begins; a slot counts when it is over, and a cycle may run into the next slot.
    `WITH RECURSIVE grid AS (
  SELECT start_ms, interval_ms,
    min(coalesce(end_ms, 9e15), coalesce(lead(start_ms) OVER (ORDER BY start_ms), 9e15), ${toMs}) AS end_ms
  FROM grids
), slot AS (
  SELECT start_ms + max(0, (${fromMs} - start_ms + interval_ms - 1) / interval_ms) * interval_ms AS slot_ms,
    interval_ms, end_ms FROM grid
  UNION ALL
  SELECT slot_ms + interval_ms, interval_ms, end_ms FROM slot WHERE slot_ms + interval_ms < end_ms
), due AS (
  SELECT slot.slot_ms, min(interval_ms, end_ms - slot.slot_ms) AS length_ms,
    state IS 'observed' AND slot.slot_ms IN (SELECT slot_ms FROM cycles) AS observed
  FROM slot LEFT JOIN slots USING (slot_ms)
  WHERE slot.slot_ms < end_ms AND (state IN ('observed', 'missed')
    OR slot.slot_ms + interval_ms * iif(state IS 'in flight', 2, 1) <= ${nowMs})
)
SELECT sum(observed) * 1.0 / nullif(count(*), 0) AS ratio, count(*) AS due, total(observed) AS observed,
  count(*) - total(observed) AS missed, total(length_ms) / ${toMs - fromMs} AS planned
FROM due`,
  );
  const all = `started_ms >= ${fromMs} AND started_ms < ${toMs}`;
  const counted = queries.numbers(
    {
      cycles: ['cycles of the target', 'count'],
      otherCycles: ['cycles of other targets, left out', 'count'],
      lastCycleMs: ['begin of the newest cycle, milliseconds since 1970', 'count'],
    },
    `SELECT (SELECT count(*) FROM cycles WHERE ${cycles}) AS cycles,
  (SELECT count(*) FROM cycles WHERE ${all}) - (SELECT count(*) FROM cycles WHERE ${cycles}) AS otherCycles,
  (SELECT max(started_ms) FROM cycles WHERE ${cycles}) AS lastCycleMs`,
  );
  const { gaps, largestGapMs } = reader.coverage(fromMs, toMs);
  return { ...slots, ...counted, gaps, largestGapMs };
}
