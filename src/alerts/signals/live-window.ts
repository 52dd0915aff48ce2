import { type Exposition, histogramOf, histogramQuantile, increase, sumOf } from '../../clients/index.ts';
import { type Matcher, type MetricSelector, matches, type TrafficMetrics } from '../../core/index.ts';

/** The counters of the target at one instant, as scraped from its /metrics. */
export interface LiveSample {
  timeMs: number;
  /** When the target's process started; counters begin at zero there. */
  startedMs?: number | undefined;
  operations: number;
  /** Errors that the service made; a caller's mistake (`category="validation"`) is not among them. */
  errors: number;
  /** Requests that were refused as a caller's mistake; absent in samples of earlier versions. */
  rejected?: number | undefined;
  /** Cumulative latency buckets, upper bounds in seconds, the last one infinite. */
  buckets: { le: number; count: number }[];
  residentMemoryBytes?: number | undefined;
  /** What Vigil itself sent since the sample before, where no label tells it from its users'. */
  own?: { operations: number; errors: number } | undefined;
  /** Where these are the counters of several processes together: of each, because each begins anew alone. */
  instances?: Record<string, LiveSample> | undefined;
}

/** Requests that Genesis refused as their sender's mistake; of other services a rule tells. */
function rejectedOf(exposition: Exposition, { preset, errors }: TrafficMetrics): number | undefined {
  if (preset !== 'genesis') return undefined;
  return sumOf(exposition, errors.metric, (labels) => !matches(labels, errors.matchers));
}

/**
 * Reads the live counters from an exposition, without those that a label tells to be of Vigil's own paths; `undefined` when
 * the families a judgement needs are absent.
 */
export function liveSampleOf(
  exposition: Exposition,
  traffic: TrafficMetrics,
  timeMs: number,
  ownPaths: readonly string[] = [],
): LiveSample | undefined {
  const { own, seconds, preset } = traffic;
  const isOwn = (labels: Record<string, string>) =>
    (own.length > 0 && matches(labels, own)) ||
    Object.values(labels).some((value) => ownPaths.includes(value));
  const isWanted = (matchers: readonly Matcher[]) => (labels: Record<string, string>) =>
    matches(labels, matchers) && !isOwn(labels);
  const countOf = ({ metric, matchers }: MetricSelector) => sumOf(exposition, metric, isWanted(matchers));
  const operations = countOf(traffic.operations);
  // Where errors are told by a label of the operations there is no series before the first of them.
  const errors = countOf(traffic.errors) ?? (preset === 'genesis' ? undefined : 0);
  const { metric = '', matchers = [] } = traffic.duration ?? {};
  const histogram = histogramOf(exposition, metric, isWanted(matchers));
  if (operations === undefined || errors === undefined) return undefined;
  if (histogram === undefined && traffic.duration !== undefined) return undefined;
  const started = sumOf(exposition, 'process_start_time_seconds');
  return {
    timeMs,
    startedMs: started === undefined ? undefined : started * 1000,
    operations,
    errors,
    rejected: rejectedOf(exposition, traffic),
    buckets: (histogram?.buckets ?? []).map(({ le, count }) => ({ le: le * seconds, count })),
    residentMemoryBytes: sumOf(exposition, 'process_resident_memory_bytes'),
  };
}

/** What happened in live traffic between two instants. */
export interface LiveWindow {
  seconds: number;
  operations: number;
  errors: number;
  /** Requests that were refused as a caller's mistake, where they are counted. */
  rejected?: number;
  /** Operations of Vigil itself, which are taken off. */
  own?: number;
  /** Seconds; NaN when nothing was observed. */
  latencyP95: number;
  /** The P95 lies beyond the histogram's last bound, so `latencyP95` is only the least that it can be. */
  beyondBuckets?: boolean;
  /** Where the window begins. */
  since: string;
}

/** Counters of a process at its birth: a window may begin there though nobody scraped it. */
function atStart(sample: LiveSample, startedMs: number): LiveSample {
  const { instances = {} } = sample;
  return {
    ...sample,
    timeMs: startedMs,
    operations: 0,
    errors: 0,
    rejected: sample.rejected === undefined ? undefined : 0,
    buckets: sample.buckets.map(({ le }) => ({ le, count: 0 })),
    instances:
      sample.instances &&
      Object.fromEntries(Object.entries(instances).map(([name, one]) => [name, atStart(one, startedMs)])),
  };
}

const total = (values: readonly (number | undefined)[]): number | undefined =>
  values.some((value) => value === undefined)
    ? undefined
    : values.reduce<number>((sum, value = 0) => sum + value, 0);

/** The counters of several instances as one sample; `undefined` where there is none. */
export function combinedLive(instances: Record<string, LiveSample>): LiveSample | undefined {
  const samples = Object.values(instances);
  const [first] = samples;
  if (first === undefined || samples.length === 1) return first;
  const bounds = [...new Set(samples.flatMap(({ buckets }) => buckets.map(({ le }) => le)))];
  const started = samples.map(({ startedMs }) => startedMs);
  return {
    timeMs: Math.max(...samples.map(({ timeMs }) => timeMs)),
    startedMs: total(started) === undefined ? undefined : Math.min(...started.map((ms) => ms ?? Infinity)),
    operations: total(samples.map(({ operations }) => operations)) ?? 0,
    errors: total(samples.map(({ errors }) => errors)) ?? 0,
    rejected: total(samples.map(({ rejected }) => rejected)),
    buckets: bounds
      .sort((a, b) => a - b)
      .map((le) => ({ le, count: total(samples.map((sample) => countAt(sample, le))) ?? 0 })),
    residentMemoryBytes: total(samples.map(({ residentMemoryBytes }) => residentMemoryBytes)),
    instances,
  };
}

/** How many took at most so long; a histogram without this bound says what its next lower one says. */
const countAt = ({ buckets }: LiveSample, le: number): number =>
  Math.max(0, ...buckets.filter((bucket) => bucket.le <= le).map(({ count }) => count));

/** A process that nobody saw before has counted since its birth, or since an unknown time: then nothing is counted. */
function birthOf(sample: LiveSample, sinceMs: number): LiveSample {
  const isBornSince = sample.startedMs !== undefined && sample.startedMs >= sinceMs;
  return isBornSince ? atStart(sample, sample.startedMs ?? sinceMs) : sample;
}

/** Each process of two samples with itself; one that is gone has counted nothing that is known. */
function pairsOf(before: LiveSample, after: LiveSample): [LiveSample, LiveSample][] {
  if (!after.instances && !before.instances) return [[before, after]];
  const earlier = before.instances ?? {};
  return Object.entries(after.instances ?? {}).map(([name, one]) => [
    earlier[name] ?? birthOf(one, before.timeMs),
    one,
  ]);
}

/** Whether the rank of the P95 falls past the last finite bound, where a histogram can't tell how long it took. */
export function isBeyond(buckets: LiveSample['buckets']): boolean {
  const ascending = buckets.toSorted((a, b) => a.le - b.le);
  const [last, all] = ascending.slice(-2);
  return last !== undefined && all !== undefined && last.count < 0.95 * all.count;
}

/** The increase over all steps, so that a restart in the middle loses nothing that was seen after it. */
function between(samples: readonly LiveSample[], since: string): LiveWindow | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || samples.length < 2 || last.timeMs <= first.timeMs) return undefined;
  let operations = 0;
  let errors = 0;
  let rejected = 0;
  let own = 0;
  let ownErrors = 0;
  const buckets = last.buckets.map(({ le }) => ({ le, count: 0 }));
  const steps = samples.slice(1).flatMap((after, index) => pairsOf(samples[index] as LiveSample, after));
  for (const [before, after] of steps) {
    operations += increase(before.operations, after.operations);
    errors += increase(before.errors, after.errors);
    rejected += increase(before.rejected ?? 0, after.rejected ?? 0);
    own += after.own?.operations ?? 0;
    ownErrors += after.own?.errors ?? 0;
    for (const bucket of buckets)
      bucket.count += increase(countAt(before, bucket.le), countAt(after, bucket.le));
  }
  return {
    seconds: (last.timeMs - first.timeMs) / 1000,
    operations: Math.max(0, operations - own),
    errors: Math.max(0, errors - ownErrors),
    own,
    // A sample of an earlier version has none: what is missing must not look like a rise.
    ...(samples.every((sample) => sample.rejected !== undefined) && { rejected }),
    latencyP95: histogramQuantile(0.95, buckets),
    beyondBuckets: isBeyond(buckets),
    since,
  };
}

/** Everything since the process of a sample started; `undefined` where it doesn't say when. */
export function sinceStart(sample: LiveSample): LiveWindow | undefined {
  if (sample.startedMs === undefined) return undefined;
  return between([atStart(sample, sample.startedMs), sample], 'the target’s start');
}

/** Evidence a little older than the window still stands for it: cycles come on a grid, not on the dot. */
const tolerance = 1.5;

/**
 * The window of about `windowMs` that ends with the newest sample: from the earlier sample that is
 * nearest to its beginning, or from the birth of a process younger than the window. `undefined` when
 * there is no second point. Samples before `runStartedMs` are those of earlier cycles.
 */
export function liveWindow(
  samples: readonly LiveSample[],
  windowMs: number,
  runStartedMs = samples.at(-1)?.timeMs ?? 0,
): LiveWindow | undefined {
  const now = samples.at(-1);
  if (!now) return undefined;
  // A clock that was set back leaves evidence of the future behind; it stands for nothing now.
  const past = samples.filter(({ timeMs }) => timeMs <= now.timeMs);
  const ageOf = (sample: LiveSample) => now.timeMs - sample.timeMs;
  const { startedMs } = now;
  if (startedMs !== undefined && now.timeMs - startedMs <= windowMs) {
    const lifetime = past.filter((sample) => sample.timeMs > startedMs && sample.startedMs === startedMs);
    return between([atStart(now, startedMs), ...lifetime], 'the target’s start');
  }
  const usable = past.filter((sample) => ageOf(sample) <= windowMs * tolerance);
  // Before the window at most one is needed: the last, when it is nearer to the beginning than the first inside.
  const before = usable.findLastIndex((sample) => ageOf(sample) > windowMs);
  const inside = usable.slice(before + 1);
  const bridge = usable[before];
  const first = inside[0];
  const bridges = bridge && first && ageOf(bridge) - windowMs < windowMs - ageOf(first);
  const chosen = bridges ? [bridge, ...inside] : inside;
  const isEarlier = chosen[0] !== undefined && chosen[0].timeMs < runStartedMs;
  return between(chosen, isEarlier ? 'an earlier cycle' : 'the first scrape of this cycle');
}
