import { z } from 'zod';
import type { LiveSample } from '../alerts/index.ts';

const number = z.number();
const count = z.int().nonnegative();
const text = z.string();
/** A list of texts as it is kept. */
export const keptTexts = z.array(text);
const verdict = z.enum(['pass', 'fail', 'inconclusive']);

/** The target's counters at the end of a cycle, from which the next window begins; a bound is text, for one is infinite. */
export const keptLive = z.object({
  timeMs: number,
  startedMs: number.optional(),
  operations: number,
  errors: number,
  buckets: z.array(z.tuple([text, number])),
  residentMemoryBytes: number.optional(),
});

/** One line of evidence: what a cycle showed, in base units unless the name says percent. */
export const snapshotShape = z.object({
  timestamp: text.refine((time) => !Number.isNaN(Date.parse(time))),
  cycle: text,
  /** Whose evidence it is: the target's URL, or one start of the embedded target. */
  target: text,
  verdict,
  duration_seconds: number,
  checks: z.strictObject({ passed: count, failed: count, unknown: count, skipped: count }),
  pass_rate: number.nullable(),
  coverage: number,
  failing: keptTexts,
  unknown: keptTexts,
  /** Those of the failing that decide nothing for a while. */
  quarantined: keptTexts.exactOptional(),
  /** Processes that the suite left running; they were ended. */
  left_behind: keptTexts.exactOptional(),
  error_ratio: number.nullable(),
  latency_p95_seconds: number.nullable(),
  throughput_per_second: number.nullable(),
  cpu_percent: number.nullable(),
  memory_percent: number.nullable(),
  disk_percent: number.nullable(),
  live: keptLive.nullable(),
});

export type Verdict = z.output<typeof verdict>;
export type Snapshot = z.output<typeof snapshotShape>;

export function storeLive(sample: LiveSample | undefined): Snapshot['live'] {
  return sample ? { ...sample, buckets: sample.buckets.map(({ le, count }) => [String(le), count]) } : null;
}

/** The sample as it was scraped. */
export function restoreLive(stored: Snapshot['live']): LiveSample | undefined {
  return stored
    ? { ...stored, buckets: stored.buckets.map(([le, count]) => ({ le: Number(le), count })) }
    : undefined;
}
