import type { Outcome } from '../suite/index.ts';
import { identityColumns } from './identity.ts';
import type { RecordedCycle, RecordedOutcome } from './recorded-cycle.ts';
import { storeLive } from './snapshot.ts';
import type { Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** Outcomes by the number that stands for them in the database; only ever appended to. */
export const outcomeCodes: readonly Outcome[] = ['pass', 'fail', 'unknown', 'skipped'];

function writeOutcome(
  store: Store,
  words: StoredWords,
  at: { cycle: number; position: number },
  check: RecordedOutcome,
) {
  const { cycle } = at;
  store.insert('outcomes', {
    ...at,
    check: words.check(check),
    outcome: outcomeCodes.indexOf(check.outcome),
    executed: check.executed,
    duration_ms: check.durationMs,
    reason: check.reason === undefined ? undefined : words.text(check.reason, cycle),
  });
  if (check.quarantined) {
    const { owner, until, reason } = check.quarantined;
    store.insert('quarantined', { ...at, owner, until, reason });
  }
  for (const [ordinal, { name, value, unit, bound, sample, note }] of check.measurements.entries()) {
    store.insert('measurements', {
      ...at,
      ordinal,
      metric: words.metric(name, unit, bound?.operator ?? ''),
      value,
      bound: bound?.value,
      sample,
      note: note === undefined ? undefined : words.text(note, cycle),
    });
  }
}

/** Writes a cycle with all that belongs to it and marks its slot observed, if it ran for one, in one transaction. */
export function recordCycle(store: Store, words: StoredWords, cycle: RecordedCycle): void {
  // A failure in quarantine is recorded as one, and counts as none.
  const count = (outcome: Outcome) =>
    cycle.outcomes.filter((check) => check.outcome === outcome && !check.quarantined).length;
  store.transaction(() => {
    const { id: seq } = store.insert('cycles', {
      id: cycle.id,
      slot_ms: cycle.slotMs ?? cycle.startedMs,
      started_ms: cycle.startedMs,
      duration_ms: cycle.durationMs,
      target: words.name(cycle.targetId),
      verdict: cycle.verdict,
      passed: count('pass'),
      failed: count('fail'),
      unknown: count('unknown'),
      skipped: count('skipped'),
      executed: cycle.outcomes.filter(({ executed }) => executed).length,
      problems: cycle.problems.length === 0 ? undefined : cycle.problems,
      live: storeLive(cycle.live),
      on_demand: cycle.slotMs === undefined,
      left_behind: cycle.leftBehind?.length ? cycle.leftBehind : undefined,
      ...identityColumns(store, words, cycle.identity),
    });
    for (const [position, check] of cycle.outcomes.entries())
      writeOutcome(store, words, { cycle: seq, position }, check);
    for (const [name, value] of Object.entries(cycle.signals)) {
      if (value !== undefined) store.insert('signals', { cycle: seq, name: words.name(name), value });
    }
    for (const violation of cycle.violations ?? [])
      store.insert('violations', { time_ms: cycle.startedMs, body: violation });
    if (cycle.slotMs === undefined) return;
    store.insert(
      'slots',
      { slot_ms: cycle.slotMs, state: 'observed' },
      "ON CONFLICT (slot_ms) DO UPDATE SET state = 'observed', reason = NULL, cycle_id = NULL, owner = NULL",
    );
  });
}
