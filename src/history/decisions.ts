import type { Row, Store } from './store.ts';

/** A decision on a step of a rollout, as it is kept. */
export interface DecisionEntry {
  id: string;
  timeMs: number;
  /** Share of the traffic in percent: from where, and what was asked for. */
  from: number;
  to: number;
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** Whether the stage counts as taken from then on. */
  isTaken: boolean;
  /** The deployment that it was about; left out when none was recorded. */
  deployedMs?: number | undefined;
  release?: string | undefined;
  askedBy: string;
  /** The way it was asked on: `command`, `flagger confirm-promotion`, … */
  via: string;
  override?: { by: string; reason: string } | undefined;
  /** How often the same answer was given to the same question, and when last. */
  times: number;
  lastMs: number;
  /** The whole decision with its conditions and the evidence in short. */
  body: unknown;
}

/** Keeps a decision. */
export function addDecision(store: Store, entry: DecisionEntry): void {
  store.insert('decisions', {
    decision_id: entry.id,
    time_ms: entry.timeMs,
    from_percent: entry.from,
    to_percent: entry.to,
    verdict: entry.verdict,
    taken: entry.isTaken,
    deployed_ms: entry.deployedMs,
    release: entry.release,
    asked_by: entry.askedBy,
    via: entry.via,
    override_by: entry.override?.by,
    override_reason: entry.override?.reason,
    times: entry.times,
    last_ms: entry.lastMs,
    body: JSON.stringify(entry.body),
  });
}

/** Notes that the same question got the same answer again: a hook that asks every minute fills no history. */
export function repeatDecision(store: Store, id: string, timeMs: number): void {
  store.run(
    'UPDATE decisions SET times = times + 1, last_ms = ? WHERE decision_id = ?',
    Math.round(timeMs),
    id,
  );
}

/** How often a decision was given, and when last. */
export function repetitionOf(store: Store, id: string): { id: string; times: number; lastMs: number } {
  const row = store.get('SELECT times, last_ms FROM decisions WHERE decision_id = ?', id);
  return { id, times: Number(row?.times), lastMs: Number(row?.last_ms) };
}

/** A stage that was taken: the first time that it was, and whether only overrides let it through. */
export interface TakenEntry {
  percent: number;
  takenMs: number;
  isOverride: boolean;
}

/** The stages that were taken in the rollout of one deployment, by share. */
export function takenStages(store: Store, deployedMs: number): TakenEntry[] {
  return store
    .all(
      `SELECT to_percent, min(time_ms) AS taken_ms, count(override_by) = count(*) AS overridden
       FROM decisions WHERE taken = 1 AND deployed_ms = ? GROUP BY to_percent ORDER BY to_percent`,
      deployedMs,
    )
    .map((row) => ({
      percent: Number(row.to_percent),
      takenMs: Number(row.taken_ms),
      isOverride: row.overridden === 1,
    }));
}

function entryOf(row: Row): DecisionEntry {
  return {
    id: String(row.decision_id),
    timeMs: Number(row.time_ms),
    from: Number(row.from_percent),
    to: Number(row.to_percent),
    verdict: row.verdict as DecisionEntry['verdict'],
    isTaken: row.taken === 1,
    deployedMs: row.deployed_ms === null ? undefined : Number(row.deployed_ms),
    release: row.release === null ? undefined : String(row.release),
    askedBy: String(row.asked_by),
    via: String(row.via),
    override:
      row.override_by === null
        ? undefined
        : { by: String(row.override_by), reason: String(row.override_reason) },
    times: Number(row.times),
    lastMs: Number(row.last_ms),
    body: JSON.parse(String(row.body)) as unknown,
  };
}

/** The decisions of fromMs ≤ time ≤ toMs in the order in which they were made. */
export function decisionsIn(store: Store, fromMs: number, toMs: number): DecisionEntry[] {
  return store
    .all('SELECT * FROM decisions WHERE time_ms BETWEEN ? AND ? ORDER BY time_ms, id', fromMs, toMs)
    .map(entryOf);
}

/** The newest decision that was asked for on this way for this share. */
export function latestDecision(store: Store, via: string, to: number): DecisionEntry | undefined {
  const row = store.get(
    'SELECT * FROM decisions WHERE via = ? AND to_percent = ? ORDER BY id DESC LIMIT 1',
    via,
    to,
  );
  return row && entryOf(row);
}
