import {
  burnRateOver,
  type Expression,
  evaluate,
  evaluateVector,
  ruleDefinitions,
  type SampleSource,
  type SignalNaming,
  signalExpressions,
} from '../../alerts/index.ts';
import { cachedSource } from './cached-source.ts';
import { canaryEvidence } from './canary-evidence.ts';
import type { BurnEvidence, Period, SignalEvidence, TrafficEvidence, UptimeEvidence } from './evidence.ts';
import type { GateSetup } from './gate-setup.ts';

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

function trafficOver(
  source: SampleSource,
  naming: SignalNaming,
  atMs: number,
  withLatency: boolean,
): TrafficEvidence {
  const { windowMs } = naming;
  const expressions = signalExpressions(naming);
  const perSecond = figure(expressions.throughput, source, atMs);
  const latencyP95 = withLatency ? figure(expressions.latencyP95, source, atMs) : undefined;
  return {
    windowMs,
    operations: perSecond === undefined ? undefined : (perSecond * windowMs) / 1000,
    errorRatio: figure(expressions.errorRatio, source, atMs),
    latencyP95,
    beyondBuckets: latencyP95 !== undefined && isBeyondBuckets(source, naming, atMs),
  };
}

function uptimeOf(
  source: SampleSource,
  service: string,
  { window: { fromMs, toMs }, sampleIntervalMs }: SignalQuestion,
): UptimeEvidence {
  const series = source.series('up', [{ label: 'job', operator: '=', value: service }], fromMs, toMs);
  const points = series.flatMap((one) => one.points).filter(({ stale }) => !stale);
  const up = points.filter(({ value }) => value === 1).length;
  return { service, up, scrapes: points.length, due: (toMs - fromMs) / sampleIntervalMs };
}

function burnsOf(source: SampleSource, question: SignalQuestion): BurnEvidence[] {
  const budget = question.table.errorRatio.slo?.value;
  return ruleDefinitions.flatMap(({ name, subject }) => {
    if (subject.by !== 'burn' || !budget) return [];
    const { factor, longSeconds, shortSeconds } = subject.window;
    const [longMs, shortMs] = [longSeconds * 1000, shortSeconds * 1000];
    const over = (windowMs: number) =>
      figure(burnRateOver(question.naming.prefix, windowMs, budget), source, question.atMs);
    return [{ rule: name, factor, longMs, shortMs, long: over(longMs), short: over(shortMs) }];
  });
}

/** Too few for a P95 of the live window: then the whole window is asked for one too. */
const fewOperations = 100;

/** What the recorded samples show, by the same expressions on the same samples as the loop's rules. */
export function signalEvidence(samples: SampleSource, question: SignalQuestion): SignalEvidence {
  const { atMs, window, naming, deployedMs } = question;
  const source = cachedSource(samples);
  const stageMs = Math.max(1, window.toMs - window.fromMs);
  // What was before the deployment proves nothing of it.
  const liveMs = Math.max(
    1,
    Math.min(naming.windowMs, deployedMs === undefined ? naming.windowMs : atMs - deployedMs),
  );
  // Long windows first: the source reads each metric once.
  const burns = burnsOf(source, question);
  const stage = trafficOver(source, { ...naming, windowMs: stageMs }, atMs, false);
  const live = trafficOver(source, { ...naming, windowMs: liveMs }, atMs, true);
  const isThin = (live.operations ?? 0) < fewOperations;
  return {
    live,
    stage: isThin ? trafficOver(source, { ...naming, windowMs: stageMs }, atMs, true) : stage,
    // Of each service alone: the scrapes of everything else are as many again.
    uptime: question.services.map((service) => uptimeOf(samples, service, question)),
    burns,
    canary: question.canary && canaryEvidence(source, { ...question, label: question.canary }),
  };
}
