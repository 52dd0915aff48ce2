import type { Point } from '../alerts/index.ts';
import type { Measurement } from '../core/index.ts';
import { type CheckOutcome, downIn, type Outcome } from '../suite/index.ts';
import { identityOf } from './identity.ts';
import { outcomeCodes } from './record-cycle.ts';
import type { RecordedCycle, RecordedOutcome } from './recorded-cycle.ts';
import { keptLive, keptTexts, restoreLive } from './snapshot.ts';
import { jsonOf, type Row, type Store } from './store.ts';

/** Which cycles: those started in fromMs ≤ time ≤ toMs, of one target or of all. */
export interface CycleRange {
  fromMs: number;
  toMs: number;
  targetId?: string | undefined;
}

const inRange = `started_ms BETWEEN ?1 AND ?2
  AND (?3 IS NULL OR target = (SELECT id FROM names WHERE text = ?3))`;
const rangeOf = ({ fromMs, toMs, targetId }: CycleRange) => [fromMs, toMs, targetId ?? null] as const;

/** Passed ÷ judged over the cycles of a range; `undefined` when nothing was judged. */
export function passRateOf(store: Store, range: CycleRange) {
  const row = store.get(
    `SELECT count(*) AS cycles, total(passed) AS passed, total(passed + failed + unknown) AS judged
     FROM cycles WHERE ${inRange}`,
    ...rangeOf(range),
  );
  const judged = Number(row?.judged);
  return judged === 0
    ? undefined
    : { ratio: Number(row?.passed) / judged, cycles: Number(row?.cycles), judged };
}

/** Cycles of a range by verdict; `foreign` are those of other targets. */
export interface OutcomeTally {
  pass: number;
  fail: number;
  inconclusive: number;
  foreign: number;
}

/** Counts the cycles of a range. */
export function tallyOf(store: Store, { fromMs, toMs, targetId }: CycleRange): OutcomeTally {
  const own = '(?3 IS NULL OR target = (SELECT id FROM names WHERE text = ?3))';
  const row = store.get(
    `SELECT count(*) FILTER (WHERE ${own} AND verdict = 'pass') AS pass,
       count(*) FILTER (WHERE ${own} AND verdict = 'fail') AS fail,
       count(*) FILTER (WHERE ${own} AND verdict = 'inconclusive') AS inconclusive,
       count(*) AS "all"
     FROM cycles WHERE started_ms BETWEEN ?1 AND ?2`,
    fromMs,
    toMs,
    targetId ?? null,
  );
  const [pass, fail, inconclusive] = [Number(row?.pass), Number(row?.fail), Number(row?.inconclusive)];
  return { pass, fail, inconclusive, foreign: Number(row?.all) - pass - fail - inconclusive };
}

/**
 * Inconclusive cycles of a range that judged every check, and of which nothing is wrong but that a service or an instance
 * was down when they ended.
 */
export function onlyDownOf(store: Store, range: CycleRange): number {
  return store
    .all(
      `SELECT problems FROM cycles
       WHERE ${inRange} AND unknown = 0 AND passed > 0 AND verdict = 'inconclusive' AND problems IS NOT NULL`,
      ...rangeOf(range),
    )
    .filter(({ problems }) =>
      jsonOf(store, keptTexts, problems ?? null).every((one) => downIn(one) !== undefined),
    ).length;
}

/** A signal over time, oldest first; cycles without a value are left out. */
export function pointsOf(store: Store, signal: string, range: CycleRange): Point[] {
  return store
    .all(
      `SELECT started_ms, value FROM cycles JOIN signals ON signals.cycle = seq
         AND name = (SELECT id FROM names WHERE text = ?4)
       WHERE ${inRange} ORDER BY started_ms`,
      ...rangeOf(range),
      signal,
    )
    .map(({ started_ms, value }) => ({
      timeMs: Number(started_ms),
      value: value === null ? Number.NaN : Number(value),
    }));
}

const quarantinedOf = (owner: unknown, until: unknown, reason: unknown): Pick<CheckOutcome, 'quarantined'> =>
  typeof owner === 'string' ? { quarantined: { owner, until: String(until), reason: String(reason) } } : {};

/** How often a check came to an outcome within a stretch of time; `bucket` is its number since 1970. */
export interface OutcomeCount {
  check: string;
  bucket: number;
  outcome: Outcome;
  count: number;
}

/** The outcomes of every check, counted by stretches of `bucketMs`; a fraction of the rows. */
export function outcomeCountsOf(store: Store, range: CycleRange, bucketMs: number): OutcomeCount[] {
  return store
    .all(
      `SELECT name, bucket, outcome, n FROM (
         SELECT "check", started_ms / CAST(?4 AS INTEGER) AS bucket, outcome, count(*) AS n
         FROM cycles JOIN outcomes ON outcomes.cycle = seq WHERE ${inRange} GROUP BY 1, 2, 3
       ) JOIN checks ON checks.id = "check"`,
      ...rangeOf(range),
      Math.round(bucketMs),
    )
    .map(({ name, bucket, outcome, n }) => ({
      check: String(name),
      bucket: Number(bucket),
      outcome: outcomeCodes[Number(outcome)] ?? 'unknown',
      count: Number(n),
    }));
}

function measurementOf(row: Row): Measurement {
  const [bound, operator] = [row.bound, String(row.operator)];
  return {
    name: String(row.name),
    // SQLite keeps NaN as NULL.
    value: row.value === null ? Number.NaN : Number(row.value),
    unit: row.unit as Measurement['unit'],
    ...(operator !== '' && {
      bound: {
        operator: operator as NonNullable<Measurement['bound']>['operator'],
        value: bound === null ? Number.NaN : Number(bound),
      },
    }),
    ...(row.sample !== null && { sample: Number(row.sample) }),
    ...(row.note !== null && { note: String(row.note) }),
  };
}

function outcomesOf(store: Store, seq: number): RecordedOutcome[] {
  const measured = Map.groupBy(
    store.all(
      `SELECT position, metrics.name, unit, operator, value, bound, sample, texts.text AS note
       FROM measurements JOIN metrics ON metrics.id = metric LEFT JOIN texts ON texts.id = note
       WHERE cycle = ? ORDER BY position, ordinal`,
      seq,
    ),
    ({ position }) => position,
  );
  return store
    .all(
      `SELECT outcomes.position, checks.name, title, suite, outcome, executed, duration_ms, texts.text AS reason,
         owner, until, quarantined.reason AS why
       FROM outcomes JOIN checks ON checks.id = "check" LEFT JOIN texts ON texts.id = outcomes.reason
         LEFT JOIN quarantined ON quarantined.cycle = outcomes.cycle AND quarantined.position = outcomes.position
       WHERE outcomes.cycle = ? ORDER BY outcomes.position`,
      seq,
    )
    .map((row) => ({
      id: String(row.name),
      title: String(row.title),
      group: String(row.suite),
      outcome: outcomeCodes[Number(row.outcome)] ?? 'unknown',
      executed: row.executed === 1,
      measurements: (measured.get(row.position ?? null) ?? []).map(measurementOf),
      ...(row.reason !== null && { reason: String(row.reason) }),
      ...(row.duration_ms !== null && { durationMs: Number(row.duration_ms) }),
      ...quarantinedOf(row.owner, row.until, row.why),
    }));
}

/** The cycle of this id as it was recorded, without its violations; without an id the newest of a target or of all. */
export function cycleOf(
  store: Store,
  { id, targetId }: { id?: string | undefined; targetId?: string | undefined },
): RecordedCycle | undefined {
  const select = 'SELECT cycles.*, names.text AS target_id FROM cycles JOIN names ON names.id = target';
  const row =
    id === undefined
      ? store.get(
          `${select} WHERE (?1 IS NULL OR names.text = ?1) ORDER BY seq DESC LIMIT 1`,
          targetId ?? null,
        )
      : store.get(`${select} WHERE cycles.id = ?`, id);
  if (!row) return undefined;
  const seq = Number(row.seq);
  const signals = store
    .all('SELECT text, value FROM signals JOIN names ON names.id = name WHERE cycle = ? ORDER BY name', seq)
    .map(({ text, value }) => [String(text), value === null ? Number.NaN : Number(value)] as const);
  const live = row.live === null ? null : jsonOf(store, keptLive, row.live);
  return {
    id: String(row.id),
    slotMs: row.on_demand === 1 ? undefined : Number(row.slot_ms),
    startedMs: Number(row.started_ms),
    durationMs: Number(row.duration_ms),
    targetId: String(row.target_id),
    identity: identityOf(store, row),
    verdict: row.verdict as RecordedCycle['verdict'],
    problems: row.problems === null ? [] : jsonOf(store, keptTexts, row.problems),
    leftBehind: row.left_behind === null ? undefined : jsonOf(store, keptTexts, row.left_behind),
    outcomes: outcomesOf(store, seq),
    signals: Object.fromEntries(signals),
    live: restoreLive(live),
  };
}
