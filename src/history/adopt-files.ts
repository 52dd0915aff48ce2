import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../core/index.ts';

import type { snapshotSignals } from './read-snapshots.ts';
import { outcomeCodes } from './record-cycle.ts';
import { asideName } from './set-aside.ts';
import type { Snapshot } from './snapshot.ts';
import { alertsFile, readSnapshots, snapshotFile } from './snapshot-file.ts';
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
  const { id: seq, changes } = store.run(
    `INSERT INTO cycles (id, slot_ms, started_ms, duration_ms, target, verdict, passed, failed, unknown, skipped,
       executed, live) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    cycle,
    startedMs,
    startedMs,
    Math.round(snapshot.duration_seconds * 1000),
    words.name(snapshot.target),
    snapshot.verdict,
    checks.passed,
    checks.failed,
    checks.unknown,
    checks.skipped,
    Math.round(coverage * all),
    snapshot.live === null ? null : JSON.stringify(snapshot.live),
  );
  if (changes === 0) return;
  // A snapshot names only the checks that didn't pass.
  const named = [
    ...snapshot.failing.map((id) => [id, 'fail'] as const),
    ...snapshot.unknown.map((id) => [id, 'unknown'] as const),
  ];
  for (const [position, [id, outcome]] of named.entries()) {
    store.run(
      'INSERT INTO outcomes (cycle, position, "check", outcome, executed) VALUES (?, ?, ?, ?, ?)',
      seq,
      position,
      words.check(id, id, ''),
      outcomeCodes.indexOf(outcome),
      Number(outcome === 'fail'),
    );
    if (!quarantined.includes(id)) continue;
    store.run(
      'INSERT INTO quarantined (cycle, position, owner, until, reason) VALUES (?, ?, ?, ?, ?)',
      seq,
      position,
      notRecorded,
      notRecorded,
      notRecorded,
    );
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
    if (value === null) continue;
    store.run('INSERT INTO signals (cycle, name, value) VALUES (?, ?, ?)', seq, words.name(name), value);
  }
}

function readAlerts(reports: string): unknown[] {
  const file = alertsFile(reports);
  const parsed: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  if (!Array.isArray(parsed)) throw new TypeError(`${file} holds no JSON array`);
  return parsed;
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
    for (const entry of readAlerts(reports)) {
      const timeMs = Date.parse(String((entry as { timestamp?: unknown } | null)?.timestamp));
      store.run(
        'INSERT INTO violations (time_ms, body) VALUES (?, ?)',
        Number.isNaN(timeMs) ? now.getTime() : timeMs,
        JSON.stringify(entry),
      );
    }
  });
}
