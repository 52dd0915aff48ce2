import {
  burnRateOver,
  type Expression,
  evaluate,
  evaluateVector,
  preloaded,
  ruleDefinitions,
  type SampleSource,
  type SignalNaming,
  signalExpressions,
} from '../../alerts/index.ts';
import type { Matcher } from '../../core/index.ts';
import type { SampleReader } from '../../history/index.ts';
import { canaryEvidence } from './canary-evidence.ts';
import type { Period } from './plan.ts';
import type { GateSetup } from './setup.ts';

export interface SignalQuestion extends Omit<GateSetup, 'plan' | 'sentinelIntervalMs' | 'targetId'> {
  atMs: number;
  window: Period;
  deployedMs: number | undefined;
}

/** A figure, or nothing where there is no data or 0 was divided by 0. */
function figure(expression: Expression, source: SampleSource, atMs: number): number | undefined {
  const value = evaluate(expression, source, atMs);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Whether more than 5 % of the operations took longer than the last finite bound of the histogram. */
function isBeyondBuckets(source: SampleSource, { prefix, windowMs }: SignalNaming, atMs: number): boolean {
  const selector = { metric: `${prefix}_operation_duration_seconds_bucket`, matchers: [] };
  const of: Expression = { kind: 'range', function: 'increase', selector, windowMs };
  const buckets = evaluateVector({ kind: 'aggregate', function: 'sum', by: ['le'], of }, source, atMs);
  const ascending = buckets
    .map(({ labels, value }) => ({ le: Number(labels.le?.replace('+Inf', 'Infinity')), value }))
    .sort((a, b) => a.le - b.le);
  const [last, all] = ascending.slice(-2);
  return last !== undefined && all !== undefined && last.value < 0.95 * all.value;
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
}

function trafficOver(
  source: SampleSource,
  naming: SignalNaming,
  atMs: number,
  latencies: SampleSource | undefined,
): TrafficEvidence {
  const { windowMs } = naming;
  const expressions = signalExpressions(naming);
  const perSecond = figure(expressions.throughput, source, atMs);
  const latencyP95 = latencies && figure(expressions.latencyP95, latencies, atMs);
  return {
    windowMs,
    operations: perSecond === undefined ? undefined : (perSecond * windowMs) / 1000,
    errorRatio: figure(expressions.errorRatio, source, atMs),
    latencyP95,
    beyondBuckets: latencies && latencyP95 !== undefined && isBeyondBuckets(latencies, naming, atMs),
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

/** How fast the error budget burns over both windows of a rule; times what is allowed. */
function burnsOf(source: SampleSource, { table, naming, atMs }: SignalQuestion) {
  const budget = table.errorRatio.slo?.value;
  if (!budget) return [];
  const over = (windowMs: number) => figure(burnRateOver(naming.prefix, windowMs, budget), source, atMs);
  return burnRules.map(({ rule, factor, longSeconds, shortSeconds }) => {
    const [longMs, shortMs] = [longSeconds * 1000, shortSeconds * 1000];
    return { rule, factor, longMs, shortMs, long: over(longMs), short: over(shortMs) };
  });
}

/** How far any signal of the gate looks back from the end of a window; a sample stands for five minutes. */
export function longestMs(window: Period, naming: SignalNaming): number {
  const longest = burnRules.map(({ longSeconds }) => longSeconds * 1000);
  return Math.max(window.toMs - window.fromMs, naming.windowMs, ...longest) + 5 * 60_000;
}

/** Too few for a P95 of the live window: then the whole window is asked for one too. */
const fewOperations = 100;

/** What the recorded samples show, by the same expressions on the same samples as the loop's rules. */
export function signalEvidence(samples: GateSamples, question: SignalQuestion) {
  const { atMs, window, naming, deployedMs, canary: versions } = question;
  const source = preloaded(samples, atMs - longestMs(window, naming), atMs);
  const stageMs = Math.max(1, window.toMs - window.fromMs);
  // What was before the deployment proves nothing of it.
  const sinceMs = deployedMs === undefined ? naming.windowMs : atMs - deployedMs;
  const liveMs = Math.max(1, Math.min(naming.windowMs, sinceMs));
  // The buckets of the live window alone: those of 48 hours are most of what is scraped.
  const live = trafficOver(source, { ...naming, windowMs: liveMs }, atMs, samples);
  const isThin = (live.operations ?? 0) < fewOperations;
  return {
    /** Over the live window that the rules use, as much of it as lies after the deployment. */
    live,
    /** Over the whole window of the question. */
    stage: trafficOver(source, { ...naming, windowMs: stageMs }, atMs, isThin ? source : undefined),
    // Of each service alone: the scrapes of everything else are as many again.
    uptime: question.services.map((service) => uptimeOf(samples, service, question)),
    burns: burnsOf(source, question),
    /** Only where the configuration names a label for it. */
    ...(versions && { canary: canaryEvidence(source, { ...question, versions }) }),
  };
}

export type SignalEvidence = ReturnType<typeof signalEvidence>;
export type BurnEvidence = SignalEvidence['burns'][number];
