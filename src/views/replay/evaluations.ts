import type { CheckDefinition } from '../../core/index.ts';
import type { RowReader, SampleReader } from '../../history/index.ts';
import type { JudgedCycle } from '../../monitor/index.ts';
import type { CheckOutcome, Outcome } from '../../suite/index.ts';

/** One time at which the loop judged its rules, and what it knew of its cycles then. */
export interface JudgedMoment {
  atMs: number;
  /** The last cycle of the process that judged; `undefined` before its first, also after a restart. */
  last: JudgedCycle | undefined;
  /** Whether that cycle had just ended, so that its checks were judged too. */
  hasJustEnded: boolean;
}

const outcomes: readonly Outcome[] = ['pass', 'fail', 'unknown', 'skipped'];

interface Row {
  endedMs: number;
  id: string;
  title: string;
  group: string;
  outcome: number;
  executed: number;
  reason: string | null;
}

/** The outcomes of every cycle of the range by the millisecond of its end. */
function cyclesByEnd(reader: RowReader, fromMs: number, toMs: number): Map<number, Row[]> {
  const rows = reader.query(
    `SELECT started_ms + cycles.duration_ms AS endedMs, checks.name AS id, title, suite AS "group", outcome,
  outcomes.executed, texts.text AS reason
FROM cycles JOIN outcomes ON outcomes.cycle = seq JOIN checks ON checks.id = "check"
  LEFT JOIN texts ON texts.id = reason
WHERE endedMs BETWEEN ${fromMs - 86_400_000} AND ${toMs} ORDER BY seq, position`,
  ) as unknown as Row[];
  return Map.groupBy(rows, ({ endedMs }) => endedMs);
}

/** The cycle that ended then; the history keeps whole milliseconds, the metric has fractions. */
function endedAt(cycles: ReadonlyMap<number, Row[]>, endSeconds: number): Row[] | undefined {
  const endMs = Math.round(endSeconds * 1000);
  return [0, -1, 1].map((offset) => cycles.get(endMs + offset)).find((found) => found !== undefined);
}

/**
 * The times at which the loop judged: it does so whenever it records samples. Which cycle it knew as its last is what
 * its own metric said at that time.
 */
export function evaluationsIn(
  reader: SampleReader & RowReader,
  fromMs: number,
  toMs: number,
  catalogue: readonly CheckDefinition[] | undefined,
): { evaluations: JudgedMoment[]; lostCycles: number } {
  const times = reader.query(
    `SELECT DISTINCT time_ms AS atMs FROM scrapes WHERE time_ms BETWEEN ${fromMs} AND ${toMs} ORDER BY time_ms`,
  );
  const cycles = cyclesByEnd(reader, fromMs, toMs);
  const outcomeOf = ({ id, title, group, outcome, executed, reason }: Row): CheckOutcome => ({
    id,
    title,
    group,
    measurements: [],
    outcome: outcomes[outcome] ?? 'unknown',
    executed: executed === 1,
    reason: reason ?? undefined,
    definition: catalogue?.find((check) => check.id === id),
  });
  const said = new Map<number, number>();
  for (const { points } of reader.series('vigil_last_cycle_timestamp_seconds', [], fromMs, toMs))
    for (const { timeMs, value, stale } of points) if (!stale) said.set(timeMs, value);
  let known: { endSeconds: number; cycle: JudgedCycle | undefined } | undefined;
  let lostCycles = 0;
  const evaluations = times.map(({ atMs: time }): JudgedMoment => {
    const atMs = Number(time);
    const endSeconds = said.get(atMs);
    if (endSeconds === undefined) return { atMs, last: undefined, hasJustEnded: false };
    const isNew = known?.endSeconds !== endSeconds;
    if (isNew) {
      const found = endedAt(cycles, endSeconds);
      if (!found) lostCycles += 1;
      known = { endSeconds, cycle: found && { outcomes: found.map(outcomeOf), atMs } };
    }
    return { atMs, last: known?.cycle, hasJustEnded: isNew };
  });
  return { evaluations, lostCycles };
}
