import {
  type Expression,
  evaluate,
  increaseOf,
  latencyOf,
  observedOf,
  type SampleSource,
  type SignalNaming,
  slisOf,
} from '../../alerts/index.ts';
import type { Matcher } from '../../core/index.ts';
import type { Period } from './plan.ts';
import type { GateSetup } from './setup.ts';

interface CanaryQuestion {
  window: Period;
  naming: SignalNaming;
  sampleIntervalMs: number;
  versions: NonNullable<GateSetup['canary']>;
}

const minuteMs = 60_000;
/** More would only cost time: the comparison takes every pair. */
const mostIntervals = 120;
/** Operations of an interval from which it has a P95: one lies beyond it. */
const leastOperations = 20;

/** One of the two series that are compared. */
function armOf(source: SampleSource, { window, naming }: CanaryQuestion, own: Matcher, intervalMs: number) {
  const windowMs = Math.max(1, window.toMs - window.fromMs);
  const [sli] = slisOf(naming).map((one) => ({ ...one, where: [...one.where, own], subtractsOwn: false }));
  const readingOf = (expression: Expression | undefined, endMs: number) =>
    expression && evaluate(expression, source, endMs);
  const count = (what: 'operations' | 'errors') =>
    sli && readingOf(increaseOf(sli, what, windowMs), window.toMs);
  const errors = count('errors');
  const latencies: number[] = [];
  for (let endMs = window.toMs; endMs - intervalMs >= window.fromMs; endMs -= intervalMs) {
    if (!sli) break;
    const seen = readingOf(observedOf(sli, 'count', [], intervalMs), endMs) ?? 0;
    if (seen < leastOperations) continue;
    const value = readingOf(latencyOf(sli, 0.95, intervalMs), endMs);
    if (value !== undefined && Number.isFinite(value)) latencies.push(value);
  }
  return {
    /** The value of the label. */
    version: own.value,
    operations: Math.round(count('operations') ?? 0),
    /** `undefined` where the errors are not told apart by the label. */
    errors: errors === undefined ? undefined : Math.round(errors),
    /** P95 latency of each interval that had operations enough for one, in seconds. */
    latencies: latencies.reverse(),
  };
}

/**
 * The series of baseline and canary over a window: operations, errors, and the P95 latency of each interval. A P95 per
 * interval, as Kayenta compares points of a time series, because operations of one minute are no independent samples.
 */
export function canaryEvidence(source: SampleSource, question: CanaryQuestion) {
  const { window, versions, sampleIntervalMs } = question;
  const spanMs = window.toMs - window.fromMs;
  const intervalMs = Math.max(minuteMs, 4 * sampleIntervalMs, Math.ceil(spanMs / mostIntervals));
  const arm = (value: string) =>
    armOf(source, question, { label: versions.label, operator: '=', value }, intervalMs);
  return { intervalMs, baseline: arm(versions.baseline), canary: arm(versions.canary) };
}

export type CanaryEvidence = ReturnType<typeof canaryEvidence>;
