import type { Snapshot } from '../../src/history/snapshot.ts';

/** A recorded cycle in which everything went well. */
export function snapshot(timeMs: number, more: Partial<Snapshot> = {}): Snapshot {
  return {
    timestamp: new Date(timeMs).toISOString(),
    cycle: `cycle ${timeMs}`,
    target: 'http://target',
    verdict: 'pass',
    duration_seconds: 7,
    checks: { passed: 32, failed: 0, unknown: 0, skipped: 4 },
    pass_rate: 1,
    coverage: 32 / 36,
    failing: [],
    unknown: [],
    error_ratio: 0,
    latency_p95_seconds: 0.05,
    throughput_per_second: 8,
    cpu_percent: 10,
    memory_percent: 20,
    disk_percent: 30,
    live: null,
    ...more,
  };
}
