import type { LiveSample } from '../alerts/index.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** One line of evidence: what a cycle showed, in base units unless the name says percent. */
export interface Snapshot {
  timestamp: string;
  cycle: string;
  /** Whose evidence it is: the target's URL, or one start of the embedded target. */
  target: string;
  verdict: Verdict;
  duration_seconds: number;
  checks: { passed: number; failed: number; unknown: number; skipped: number };
  pass_rate: number | null;
  coverage: number;
  failing: string[];
  unknown: string[];
  /** Those of the failing that decide nothing for a while. */
  quarantined?: string[];
  error_ratio: number | null;
  latency_p95_seconds: number | null;
  throughput_per_second: number | null;
  cpu_percent: number | null;
  memory_percent: number | null;
  disk_percent: number | null;
  /** The target's counters at the end of the cycle, from which the next window begins. */
  live: (Omit<LiveSample, 'buckets'> & { buckets: [le: string, count: number][] }) | null;
}

export function storeLive(sample: LiveSample | undefined): Snapshot['live'] {
  return sample ? { ...sample, buckets: sample.buckets.map(({ le, count }) => [String(le), count]) } : null;
}

/** The sample as it was scraped; an infinite bound survives JSON as text. */
export function restoreLive(stored: Snapshot['live']): LiveSample | undefined {
  return stored
    ? { ...stored, buckets: stored.buckets.map(([le, count]) => ({ le: Number(le), count })) }
    : undefined;
}
