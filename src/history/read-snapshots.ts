import { outcomeCodes } from './record-cycle.ts';
import { keptLive, keptTexts, type Snapshot } from './snapshot.ts';
import { jsonOf, type Row, type Store } from './store.ts';

/** Names of the signals that a snapshot shows. */
export const snapshotSignals = [
  'errorRatio',
  'latencyP95',
  'throughput',
  'cpuUsed',
  'memoryUsed',
  'diskUsed',
] as const;
type SignalColumns = Partial<Record<(typeof snapshotSignals)[number], number>>;

const percent = (ratio: number | undefined): number | null =>
  ratio === undefined ? null : Number((ratio * 100).toFixed(2));

function snapshotFrom(
  store: Store,
  row: Row,
  signals: SignalColumns,
  checks: { failing: string[]; unknown: string[]; quarantined: string[] },
): Snapshot {
  const [passed = 0, failed = 0, unknown = 0, skipped = 0, executed = 0] = [
    row.passed,
    row.failed,
    row.unknown,
    row.skipped,
    row.executed,
  ].map(Number);
  const judged = passed + failed + unknown;
  const all = judged + skipped + checks.quarantined.length;
  return {
    timestamp: new Date(Number(row.started_ms)).toISOString(),
    cycle: String(row.id),
    target: String(row.target_id),
    verdict: row.verdict as Snapshot['verdict'],
    duration_seconds: Number(row.duration_ms) / 1000,
    checks: { passed, failed, unknown, skipped },
    pass_rate: judged === 0 ? null : passed / judged,
    coverage: all === 0 ? 0 : executed / all,
    failing: checks.failing,
    unknown: checks.unknown,
    ...(checks.quarantined.length > 0 && { quarantined: checks.quarantined }),
    ...(row.left_behind !== null && { left_behind: jsonOf(store, keptTexts, row.left_behind) }),
    error_ratio: signals.errorRatio ?? null,
    latency_p95_seconds: signals.latencyP95 ?? null,
    throughput_per_second: signals.throughput ?? null,
    cpu_percent: percent(signals.cpuUsed),
    memory_percent: percent(signals.memoryUsed),
    disk_percent: percent(signals.diskUsed),
    live: row.live === null ? null : jsonOf(store, keptLive, row.live),
  };
}

// With the sign it is looked for by the index on time, not from the first cycle on.
const selectFirst = 'SELECT min(+seq) AS seq FROM cycles WHERE started_ms >= ?';

/** Snapshots in the order in which the cycles were recorded: the newest `limit` of those started at `fromMs` or later. */
export function snapshotsOf(
  store: Store,
  { fromMs, limit, targetId }: { fromMs: number; limit: number; targetId?: string | undefined },
): Snapshot[] {
  // The newest are looked at first: without the oldest that can be meant all would be, down to the first cycle.
  const firstSeq = fromMs > 0 ? store.get(selectFirst, fromMs)?.seq : 0;
  if (typeof firstSeq !== 'number') return [];
  const rows = store
    .all(
      `SELECT cycles.*, names.text AS target_id FROM cycles JOIN names ON names.id = target
       WHERE started_ms >= ? AND seq > ? AND (?3 IS NULL OR names.text = ?3) ORDER BY seq DESC LIMIT ?`,
      fromMs,
      firstSeq - 1,
      targetId ?? null,
      limit,
    )
    .reverse();
  if (rows.length === 0) return [];
  const oldest = Number(rows[0]?.seq ?? 0);
  const signals = Map.groupBy(
    store.all(
      `SELECT cycle, text, value FROM signals JOIN names ON names.id = name
       WHERE cycle >= ? AND text IN (SELECT value FROM json_each(?))`,
      oldest,
      JSON.stringify(snapshotSignals),
    ),
    ({ cycle }) => cycle,
  );
  const outcomes = Map.groupBy(
    store.all(
      `SELECT outcomes.cycle, outcome, checks.name, owner FROM outcomes JOIN checks ON checks.id = "check"
         LEFT JOIN quarantined ON quarantined.cycle = outcomes.cycle AND quarantined.position = outcomes.position
       WHERE outcomes.cycle >= ? AND outcome IN (1, 2) ORDER BY outcomes.cycle, outcomes.position`,
      oldest,
    ),
    ({ cycle }) => cycle,
  );
  return rows.map((row) => {
    const seq = row.seq ?? null;
    const named = (outcome: 'fail' | 'unknown') =>
      (outcomes.get(seq) ?? [])
        .filter((entry) => outcomeCodes[Number(entry.outcome)] === outcome)
        .map(({ name }) => String(name));
    const quarantined = (outcomes.get(seq) ?? [])
      .filter(({ owner }) => owner !== null)
      .map(({ name }) => String(name));
    const values = Object.fromEntries(
      (signals.get(seq) ?? []).flatMap(({ text, value }) => (value === null ? [] : [[text, Number(value)]])),
    ) as SignalColumns;
    return snapshotFrom(store, row, values, {
      failing: named('fail'),
      unknown: named('unknown'),
      quarantined,
    });
  });
}
