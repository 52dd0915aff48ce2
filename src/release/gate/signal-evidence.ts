import {
  bucketsOf,
  burnRateOf,
  type Expression,
  errorRatioOf,
  evaluate,
  evaluateVector,
  isBeyond,
  latencyOf,
  lookBackMs,
  ownShareOf,
  preloaded,
  rateOf,
  ruleDefinitions,
  type SampleSource,
  type SignalNaming,
  type Sli,
  slisOf,
} from '../../alerts/index.ts';
import type { Matcher } from '../../core/index.ts';
import type { SampleReader } from '../../history/index.ts';
import { canaryEvidence } from './canary-evidence.ts';
import { instanceEvidence } from './instance-evidence.ts';
import type { Period } from './plan.ts';
import type { GateSetup } from './setup.ts';

export interface SignalQuestion extends Omit<GateSetup, 'plan' | 'sentinelIntervalMs' | 'targetId'> {
  atMs: number;
  window: Period;
  deployedMs: number | undefined;
  /** The release that was deployed then. */
  release: string | undefined;
}

/** A figure, or nothing where there is no data or 0 was divided by 0. */
function numberOf(expression: Expression, source: SampleSource, atMs: number): number | undefined {
  const value = evaluate(expression, source, atMs);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Whether more than 5 % of the operations took longer than the last finite bound of the histogram. */
function isBeyondBuckets(source: SampleSource, sli: Sli, windowMs: number, atMs: number): boolean {
  const of = bucketsOf(sli, windowMs);
  const found = of ? evaluateVector(of, source, atMs) : [];
  return isBeyond(
    found.map(({ labels, value }) => ({ le: Number(labels.le?.replace('+Inf', 'Infinity')), count: value })),
  );
}

/** Live traffic over a window, as the signals' expressions show it; what had no data is left out, never 0. */
export interface TrafficEvidence {
  windowMs: number;
  /** How many operations ended in the window. */
  operations?: number | undefined;
  errorRatio?: number | undefined;
  /** Seconds. */
  latencyP95?: number | undefined;
  /** The P95 lies beyond the histogram's last bound, so `latencyP95` is only the least that it can be. */
  beyondBuckets?: boolean | undefined;
  /** Which share of the requests is Vigil's own, where no label tells them. */
  ownShare?: number | undefined;
}

function trafficOver(
  source: SampleSource,
  sli: Sli,
  windowMs: number,
  atMs: number,
  latencies: SampleSource | undefined,
): TrafficEvidence {
  const perSecond = numberOf(rateOf(sli, 'operations', windowMs), source, atMs);
  const quantile = latencyOf(sli, 0.95, windowMs);
  const latencyP95 = latencies && quantile && numberOf(quantile, latencies, atMs);
  const share = ownShareOf(sli, windowMs);
  return {
    windowMs,
    operations: perSecond === undefined ? undefined : (perSecond * windowMs) / 1000,
    errorRatio: numberOf(errorRatioOf(sli, windowMs), source, atMs),
    latencyP95,
    beyondBuckets: latencies && latencyP95 !== undefined && isBeyondBuckets(latencies, sli, windowMs, atMs),
    ownShare: share && numberOf(share, source, atMs),
  };
}

/** Samples of which the gate asks; a history counts points without reading them. */
export interface GateSamples extends SampleSource {
  countPoints?: SampleReader['countPoints'];
}

/** How many points these series have, and how many of them are 1. */
function countOnes(source: GateSamples, name: string, matchers: readonly Matcher[], window: Period) {
  if (source.countPoints) return source.countPoints(name, matchers, window, 1);
  const points = source
    .series(name, matchers, window.fromMs, window.toMs)
    .flatMap((series) => series.points)
    .filter(({ stale }) => !stale);
  return { points: points.length, equal: points.filter(({ value }) => value === 1).length };
}

/** How often a service answered its scrapes, of those that the window has time for. */
function uptimeOf(source: GateSamples, service: string, { window, sampleIntervalMs }: SignalQuestion) {
  const job = { label: 'job', operator: '=', value: service } as const;
  const { points, equal } = countOnes(source, 'up', [job], window);
  return { service, up: equal, scrapes: points, due: (window.toMs - window.fromMs) / sampleIntervalMs };
}

/** The burn rules with their windows. */
const burnRules = ruleDefinitions.flatMap(({ name, subject }) =>
  subject.by === 'burn' ? [{ rule: name, ...subject.window }] : [],
);

/** A burn rule where nothing tells of live traffic. */
const withoutBurn = ({ rule, factor, longSeconds, shortSeconds }: (typeof burnRules)[number]) => ({
  rule,
  factor,
  longMs: longSeconds * 1000,
  shortMs: shortSeconds * 1000,
  long: undefined,
  short: undefined,
});

/** How fast a service burns its error budget over both windows of a rule; times what is allowed. */
function burnsOf(source: SampleSource, sli: Sli, { table, atMs }: SignalQuestion) {
  const budget = table.errorRatio.slo?.value;
  if (!budget) return [];
  const over = (windowMs: number) => numberOf(burnRateOf(sli, windowMs, budget), source, atMs);
  return burnRules.map(({ rule, factor, longSeconds, shortSeconds }) => {
    const [longMs, shortMs] = [longSeconds * 1000, shortSeconds * 1000];
    return { rule, factor, longMs, shortMs, long: over(longMs), short: over(shortMs) };
  });
}

/** How far any signal of the gate looks back from the end of a window; a sample stands for a while. */
export function longestMs(window: Period, naming: SignalNaming): number {
  const own = slisOf(naming).map(({ traffic }) => traffic.windowMs ?? 0);
  const longest = burnRules.map(({ longSeconds }) => longSeconds * 1000);
  return Math.max(window.toMs - window.fromMs, naming.windowMs, ...own, ...longest) + lookBackMs;
}

/** The counters of live traffic, which are asked over the whole window. */
function countersOf(naming: SignalNaming): string[] {
  const counters = slisOf(naming).flatMap(({ traffic }) =>
    traffic.kind === 'metrics' ? [traffic.operations.metric, traffic.errors?.metric] : [],
  );
  return [...new Set(counters)].filter((metric) => metric !== undefined);
}

/** Too few for a P95 of the live window: then the whole window is asked for one too. */
const fewOperations = 100;

/** What the recorded samples show, by the same expressions on the same samples as the loop's rules. */
export function signalEvidence(samples: GateSamples, question: SignalQuestion) {
  const { atMs, window, naming, deployedMs, release, canary: versions } = question;
  const source = preloaded(samples, atMs - longestMs(window, naming), atMs, countersOf(naming));
  const stageMs = Math.max(1, window.toMs - window.fromMs);
  const ofService = (sli: Sli) => {
    const ownMs = sli.traffic.windowMs ?? naming.windowMs;
    // What was before the deployment proves nothing of it.
    const sinceMs = deployedMs === undefined ? ownMs : atMs - deployedMs;
    const liveMs = Math.max(1, Math.min(ownMs, sinceMs));
    // The buckets of the live window alone: those of 48 hours are most of what is scraped.
    const live = trafficOver(source, sli, liveMs, atMs, samples);
    const isThin = (live.operations ?? 0) < fewOperations;
    return {
      service: sli.service,
      /** So many operations are enough to judge by, where the configuration says so. */
      minimum: sli.traffic.minimum,
      /** Over the live window that the rules use, as much of it as lies after the deployment. */
      live,
      /** Over the whole window of the question. */
      stage: trafficOver(source, sli, stageMs, atMs, isThin ? source : undefined),
      burns: burnsOf(source, sli, question),
    };
  };
  const slis = slisOf(naming);
  const each = slis.map(ofService);
  const without = (windowMs: number): TrafficEvidence => ({ windowMs });
  const none = { live: without(naming.windowMs), stage: without(stageMs), minimum: undefined };
  const first = each[0] ?? { ...none, burns: burnRules.map(withoutBurn) };
  return {
    ...first,
    /** The services whose live traffic is judged each, where there are several. */
    each: each.length > 1 ? each : undefined,
    // Of each service alone: the scrapes of everything else are as many again.
    uptime: question.services.map((service) => uptimeOf(samples, service, question)),
    /** What the instances of the release show that others don't. */
    ...(deployedMs !== undefined &&
      release !== undefined &&
      instanceEvidence(samples, { ...question, deployedMs, release })),
    /** Only where the configuration names a label for it. */
    ...(versions && { canary: canaryEvidence(source, { ...question, versions }) }),
  };
}

type Collected = ReturnType<typeof signalEvidence>;
type OfService = NonNullable<Collected['each']>[number];
export type SignalEvidence = Omit<Collected, 'each' | 'minimum' | 'service'> &
  Partial<Pick<OfService, 'minimum' | 'service'>> & { each?: readonly OfService[] | undefined };
export type BurnEvidence = SignalEvidence['burns'][number];
