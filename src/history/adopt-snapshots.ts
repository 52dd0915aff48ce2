import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../core/index.ts';
import type { snapshotSignals } from './read-snapshots.ts';
import { outcomeCodes } from './record-cycle.ts';
import { asideName } from './set-aside.ts';
import type { Snapshot } from './snapshot.ts';
import { readSnapshots, snapshotFile } from './snapshot-file.ts';
import type { Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** Snapshots show percentages; the signals they come from are ratios. */
const ratio = (percent: number | null): number | null => (percent === null ? null : percent / 100);

function adopt(store: Store, words: StoredWords, snapshot: Snapshot): void {
  const { checks, cycle, coverage } = snapshot;
  const startedMs = Date.parse(snapshot.timestamp);
  const all = checks.passed + checks.failed + checks.unknown + checks.skipped;
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
  const file = path.join(reports, 'alerts_triggered.json');
  const parsed: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  if (!Array.isArray(parsed)) throw new TypeError(`${file} holds no JSON array`);
  return parsed;
}

/**
 * Takes the evidence of the JSON files into a database that was just begun, because they are derived from
 * it from now on. A file that can't be read is set aside, never overwritten.
 */
export function adoptSnapshots(
  store: Store,
  words: StoredWords,
  reports: string,
  now: Date,
  onWarning: (text: string) => void,
): void {
  const attempt = (file: string, take: () => void) => {
    try {
      if (existsSync(file)) store.transaction(take);
    } catch (thrown) {
      const aside = asideName(file, now);
      renameSync(file, aside);
      onWarning(`${messageOf(thrown)}; kept as ${aside}`);
    }
  };
  attempt(snapshotFile(reports), () => {
    for (const snapshot of readSnapshots(reports)) adopt(store, words, snapshot);
  });
  attempt(path.join(reports, 'alerts_triggered.json'), () => {
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
