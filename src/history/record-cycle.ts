import type { Outcome } from '../suite/index.ts';
import type { RecordedCycle, RecordedOutcome } from './recorded-cycle.ts';
import { storeLive } from './snapshot.ts';
import type { Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** Outcomes by the number that stands for them in the database; only ever appended to. */
export const outcomeCodes: readonly Outcome[] = ['pass', 'fail', 'unknown', 'skipped'];

const insertCycle = `INSERT INTO cycles (id, slot_ms, started_ms, duration_ms, target, verdict,
  passed, failed, unknown, skipped, executed, problems, live, on_demand) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const insertOutcome = `INSERT INTO outcomes (cycle, position, "check", outcome, executed, duration_ms, reason)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const insertQuarantined = `INSERT INTO quarantined (cycle, position, owner, until, reason) VALUES (?, ?, ?, ?, ?)`;
const insertMeasurement = `INSERT INTO measurements
  (cycle, position, ordinal, metric, value, bound, sample, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

function writeOutcome(
  store: Store,
  words: StoredWords,
  cycle: number,
  position: number,
  check: RecordedOutcome,
) {
  store.run(
    insertOutcome,
    cycle,
    position,
    words.check(check.id, check.title, check.group),
    outcomeCodes.indexOf(check.outcome),
    Number(check.executed),
    check.durationMs === undefined ? null : Math.round(check.durationMs),
    check.reason === undefined ? null : words.text(check.reason, cycle),
  );
  if (check.quarantined) {
    const { owner, until, reason } = check.quarantined;
    store.run(insertQuarantined, cycle, position, owner, until, reason);
  }
  for (const [ordinal, { name, value, unit, bound, sample, note }] of check.measurements.entries()) {
    store.run(
      insertMeasurement,
      cycle,
      position,
      ordinal,
      words.metric(name, unit, bound?.operator ?? ''),
      value,
      bound?.value ?? null,
      sample ?? null,
      note === undefined ? null : words.text(note, cycle),
    );
  }
}

/** Writes a cycle with all that belongs to it and marks its slot observed, if it ran for one, in one transaction. */
export function recordCycle(store: Store, words: StoredWords, cycle: RecordedCycle): void {
  store.transaction(() => {
    const counts = outcomeCodes.map(
      // A failure in quarantine is recorded as one, and counts as none.
      (code) => cycle.outcomes.filter(({ outcome, quarantined }) => outcome === code && !quarantined).length,
    );
    const { id: seq } = store.run(
      insertCycle,
      cycle.id,
      Math.round(cycle.slotMs ?? cycle.startedMs),
      Math.round(cycle.startedMs),
      // As the snapshot rounds it: seconds with three digits.
      Math.round(Number((cycle.durationMs / 1000).toFixed(3)) * 1000),
      words.name(cycle.targetId),
      cycle.verdict,
      ...counts,
      cycle.outcomes.filter(({ executed }) => executed).length,
      cycle.problems.length === 0 ? null : JSON.stringify(cycle.problems),
      cycle.live === undefined ? null : JSON.stringify(storeLive(cycle.live)),
      Number(cycle.slotMs === undefined),
    );
    for (const [position, check] of cycle.outcomes.entries())
      writeOutcome(store, words, seq, position, check);
    for (const [name, value] of Object.entries(cycle.signals)) {
      if (value === undefined) continue;
      store.run('INSERT INTO signals (cycle, name, value) VALUES (?, ?, ?)', seq, words.name(name), value);
    }
    for (const violation of cycle.violations ?? []) {
      store.run(
        'INSERT INTO violations (time_ms, body) VALUES (?, ?)',
        Math.round(cycle.startedMs),
        JSON.stringify(violation),
      );
    }
    if (cycle.slotMs === undefined) return;
    store.run(
      `INSERT INTO slots (slot_ms, state) VALUES (?, 'observed')
       ON CONFLICT (slot_ms) DO UPDATE SET state = 'observed', reason = NULL, cycle_id = NULL, owner = NULL`,
      Math.round(cycle.slotMs),
    );
  });
}
