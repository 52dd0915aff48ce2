import { z } from 'zod';
import type { LiveSample } from '../alerts/index.ts';
import { documentVerdict } from '../core/index.ts';

const number = z.number();
const count = z.int().nonnegative();
const text = z.string();
/** A list of texts as it is kept. */
export const keptTexts = z.array(text);

const keptCounters = z.object({
  timeMs: number,
  startedMs: number.optional(),
  operations: number,
  errors: number,
  rejected: number.optional(),
  buckets: z.array(z.tuple([text, number])),
  residentMemoryBytes: number.optional(),
  own: z.object({ operations: count, errors: count }).optional(),
});

/** The target's counters at the end of a cycle, from which the next window begins; a bound is text, for one is infinite. */
export const keptLive = keptCounters.extend({
  /** Of each process, where there are several. */
  instances: z.record(text, keptCounters).optional(),
});

/** One line of evidence: what a cycle showed, in base units unless the name says percent. */
export const snapshotShape = z.object({
  timestamp: text.refine((time) => !Number.isNaN(Date.parse(time))),
  cycle: text,
  /** Whose evidence it is: the target's URL, its name without one, or the embedded target. */
  target: text,
  verdict: documentVerdict,
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

export type Verdict = z.output<typeof documentVerdict>;
export type Snapshot = z.output<typeof snapshotShape>;

type KeptCounters = z.output<typeof keptCounters>;

const storeCounters = ({ instances: _, buckets, ...counters }: LiveSample): KeptCounters => ({
  ...counters,
  buckets: buckets.map(({ le, count }) => [String(le), count]),
});

const restoreCounters = ({ buckets, ...counters }: KeptCounters): LiveSample => ({
  ...counters,
  buckets: buckets.map(([le, count]) => ({ le: Number(le), count })),
});

const mapValues = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

export function storeLive(sample: LiveSample | undefined): Snapshot['live'] {
  if (!sample) return null;
  const { instances } = sample;
  const kept = storeCounters(sample);
  return instances ? { ...kept, instances: mapValues(instances, storeCounters) } : kept;
}

/** The sample as it was scraped. */
export function restoreLive(stored: Snapshot['live']): LiveSample | undefined {
  if (!stored) return undefined;
  const { instances, ...counters } = stored;
  const sample = restoreCounters(counters);
  return instances ? { ...sample, instances: mapValues(instances, restoreCounters) } : sample;
}
