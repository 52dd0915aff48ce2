import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../core/index.ts';

import type { snapshotSignals } from './read-snapshots.ts';
import { outcomeCodes } from './record-cycle.ts';
import { asideName } from './set-aside.ts';
import type { Snapshot } from './snapshot.ts';
import { alertsFile, readJsonArray, readSnapshots, snapshotFile } from './snapshot-file.ts';
import { openStore, type Store } from './store.ts';
import { openStoredWords, type StoredWords } from './stored-words.ts';

/** What taking over a folder needs beside the database. */
export interface Taking {
  now: Date;
  /** Told what a person should know: a copy that was kept, a file that was set aside. */
  onWarning(text: string): void;
}

/** A snapshot says which failures were in quarantine, not until when, nor who mends them. */
const notRecorded = 'not recorded';

/** Snapshots show percentages; the signals they come from are ratios. */
const ratio = (percent: number | null): number | null => (percent === null ? null : percent / 100);

function adopt(store: Store, words: StoredWords, snapshot: Snapshot): void {
  const { checks, cycle, coverage } = snapshot;
  const startedMs = Date.parse(snapshot.timestamp);
  const quarantined = snapshot.quarantined ?? [];
  const all = checks.passed + checks.failed + checks.unknown + checks.skipped + quarantined.length;
  const { id: seq, changes } = store.insert(
    'cycles',
    {
      id: cycle,
      slot_ms: startedMs,
      started_ms: startedMs,
      duration_ms: snapshot.duration_seconds * 1000,
      target: words.name(snapshot.target),
      verdict: snapshot.verdict,
      ...checks,
      executed: Math.round(coverage * all),
      live: snapshot.live,
    },
    'ON CONFLICT (id) DO NOTHING',
  );
  if (changes === 0) return;
  // A snapshot names only the checks that didn't pass.
  const named = [
    ...snapshot.failing.map((id) => [id, 'fail'] as const),
    ...snapshot.unknown.map((id) => [id, 'unknown'] as const),
  ];
  for (const [position, [id, outcome]] of named.entries()) {
    store.insert('outcomes', {
      cycle: seq,
      position,
      check: words.check({ id, title: id, group: '' }),
      outcome: outcomeCodes.indexOf(outcome),
      executed: outcome === 'fail',
    });
    if (!quarantined.includes(id)) continue;
    store.insert('quarantined', {
      cycle: seq,
      position,
      owner: notRecorded,
      until: notRecorded,
      reason: notRecorded,
    });
  }
  const values: Record<(typeof snapshotSignals)[number], number | null> = {
    errorRatio: snapshot.error_ratio,
    latencyP95: snapshot.latency_p95_seconds,
    throughput: snapshot.throughput_per_second,
    cpuUsed: ratio(snapshot.cpu_percent),
    memoryUsed: ratio(snapshot.memory_percent),
    diskUsed: ratio(snapshot.disk_percent),
  };
  const signals = { ...values, passRate: snapshot.pass_rate, coverage: snapshot.coverage };
  for (const [name, value] of Object.entries(signals)) {
    if (value !== null) store.insert('signals', { cycle: seq, name: words.name(name), value });
  }
}

/**
 * Takes the evidence of the JSON files into a database without a cycle, inside the transaction of its migration: from
 * then on they are written from it. A file that can't be read is set aside, never overwritten.
 */
export function adoptFiles(db: DatabaseSync, file: string, { now, onWarning }: Taking): void {
  const reports = path.dirname(file);
  const store = openStore(db, file);
  if (store.get('SELECT 1 FROM cycles LIMIT 1')) return; // they show what it holds
  const attempt = (from: string, take: () => void) => {
    if (!existsSync(from)) return;
    store.exec('SAVEPOINT adopted');
    try {
      take();
    } catch (thrown) {
      store.exec('ROLLBACK TO adopted');
      const aside = asideName(from, now);
      renameSync(from, aside);
      onWarning(`${messageOf(thrown)}; kept as ${aside}`);
    }
    store.exec('RELEASE adopted');
  };
  attempt(snapshotFile(reports), () => {
    const words = openStoredWords(store);
    for (const snapshot of readSnapshots(reports)) adopt(store, words, snapshot);
  });
  attempt(alertsFile(reports), () => {
    for (const entry of readJsonArray(alertsFile(reports))) {
      const timeMs = Date.parse(String((entry as { timestamp?: unknown } | null)?.timestamp));
      store.insert('violations', {
        time_ms: Number.isNaN(timeMs) ? now.getTime() : timeMs,
        body: JSON.stringify(entry),
      });
    }
  });
}
