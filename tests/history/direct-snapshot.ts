import { type Snapshot, storeLive } from '../../src/history/snapshot.ts';
import type { CycleRecord } from '../../src/monitor/cycle/cycle-record.ts';

const percent = (ratio: number | undefined): number | null =>
  ratio === undefined ? null : Number((ratio * 100).toFixed(2));

/** The line of evidence of a cycle, from the cycle itself and no database. */
export function snapshotOf(record: CycleRecord): Snapshot {
  const { signals, values, outcomes } = record;
  const ids = (outcome: string) => outcomes.filter((check) => check.outcome === outcome).map(({ id }) => id);
  return {
    timestamp: record.startedAt.toISOString(),
    cycle: record.id,
    target: record.target.id,
    verdict: record.verdict,
    duration_seconds: Number((record.durationMs / 1000).toFixed(3)),
    checks: {
      passed: signals.passed,
      failed: signals.failed,
      unknown: signals.unknown,
      skipped: signals.skipped,
    },
    pass_rate: signals.passRate ?? null,
    coverage: signals.coverage,
    failing: ids('fail'),
    unknown: ids('unknown'),
    ...((signals.quarantined ?? 0) > 0 && {
      quarantined: outcomes.filter(({ quarantined }) => quarantined).map(({ id }) => id),
    }),
    error_ratio: values.errorRatio ?? null,
    latency_p95_seconds: values.latencyP95 ?? null,
    throughput_per_second: values.throughput ?? null,
    cpu_percent: percent(values.cpuUsed),
    memory_percent: percent(values.memoryUsed),
    disk_percent: percent(values.diskUsed),
    live: storeLive(record.live),
  };
}
