import {
  compareShares,
  formatValue,
  grouped,
  hodgesLehmann,
  mannWhitney,
  median,
  type ThresholdTable,
} from '../../../core/index.ts';
import { type GateCondition, limitOf, spanOf, stated } from '../condition.ts';
import type { CanaryEvidence, GateEvidence, Period } from '../evidence.ts';

const latency = ['canaryLatency', 'canary latency'] as const;
const errors = ['canaryErrors', 'canary errors'] as const;

/** How unlikely a difference must be by chance before it counts. */
const significance = 0.05;

const percent = (ratio: number): string =>
  `${ratio >= 0 ? '+' : '−'}${formatValue(Math.abs(ratio), 'ratio')}`;
const chance = (pValue: number): string => (pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`);

/**
 * Worse when the Mann–Whitney test says so and the shift is past its bound; not worse when the 95 % interval of the shift
 * ends below the bound. In between the intervals are too few, or too scattered, to tell.
 */
function latencyCondition(
  { baseline, canary, intervalMs }: CanaryEvidence,
  table: ThresholdTable,
  atMs: number,
): GateCondition {
  const limit = limitOf(table, 'canaryLatency');
  const least = limitOf(table, 'canaryIntervals').value;
  const fewest = Math.min(baseline.latencies.length, canary.latencies.length);
  const sizes = `${canary.latencies.length} and ${baseline.latencies.length} intervals of ${spanOf(intervalMs)}`;
  if (fewest < least) {
    return stated(latency, 'unknown', `too few: ${sizes} of ${canary.version} and ${baseline.version}`, {
      unit: 'ratio',
      limit,
      next: 'wait for more traffic on both versions',
      askAgainAtMs: atMs + Math.ceil(least - fewest) * intervalMs,
    });
  }
  const { pValue, superiority } = mannWhitney(baseline.latencies, canary.latencies);
  const shift = hodgesLehmann(baseline.latencies, canary.latencies);
  const base = median([...baseline.latencies]);
  if (base <= 0) {
    return stated(latency, 'unknown', `the baseline’s P95 is ${base} s`, { unit: 'ratio', limit });
  }
  const value = shift.estimate / base;
  const shown = { value, unit: 'ratio', limit } as const;
  const detail = [
    `${formatValue(base + shift.estimate, 'seconds')} against ${formatValue(base, 'seconds')}`,
    `95 % interval ${percent(shift.low / base)} to ${percent(shift.high / base)}`,
    `${chance(pValue)}, slower in ${Math.round(superiority * 100)} of 100 pairs`,
    sizes,
  ].join('; ');
  if (pValue < significance && value > limit.value) {
    return stated(latency, 'fail', detail, {
      ...shown,
      next: `compare a slow operation of ${canary.version}`,
    });
  }
  if (shift.high / base <= limit.value) return stated(latency, 'pass', detail, shown);
  return stated(latency, 'unknown', `too scattered to tell: ${detail}`, {
    ...shown,
    next: 'wait for more intervals',
    askAgainAtMs: atMs + fewest * intervalMs,
  });
}

/** The same for the share of errors, by the two-proportion test and Newcombe's interval of the difference. */
function errorCondition(
  { baseline, canary }: CanaryEvidence,
  table: ThresholdTable,
  { fromMs, toMs }: Period,
): GateCondition {
  const limit = limitOf(table, 'canaryErrors');
  const { errors: before, operations: of } = baseline;
  const { errors: now, operations } = canary;
  if (before === undefined || now === undefined || !(of >= 1) || !(operations >= 1)) {
    const missing = !(of >= 1) || !(operations >= 1) ? 'operations' : 'errors';
    return stated(errors, 'unknown', `no ${missing} are told apart by the label`, {
      unit: 'ratio',
      limit,
      next: 'do both series exist? read /metrics',
    });
  }
  const { difference, low, high, pValue } = compareShares(
    { count: Math.min(before, of), of },
    { count: Math.min(now, operations), of: operations },
  );
  const shown = { value: difference, unit: 'ratio', limit } as const;
  const detail = [
    `${now} of ${grouped(operations)} against ${before} of ${grouped(of)}`,
    `95 % interval ${percent(low)} to ${percent(high)}`,
    chance(pValue),
  ].join('; ');
  if (pValue < significance && difference > limit.value) {
    return stated(errors, 'fail', detail, {
      ...shown,
      next: `group the errors of ${canary.version} by category`,
    });
  }
  if (high <= limit.value) return stated(errors, 'pass', detail, shown);
  // Without another error the interval ends at the limit with about 3.84 ÷ limit operations (Wilson's score).
  const missing = 3.84 / limit.value - operations;
  return stated(errors, 'unknown', `too few operations to tell: ${detail}`, {
    ...shown,
    askAgainAtMs: toMs + Math.ceil(Math.max(0, missing) * ((toMs - fromMs) / operations)),
    next: 'wait for more traffic on both versions',
  });
}

/**
 * Baseline against canary, where the configuration names the label. Before the first stage the canary has no traffic of
 * its own, so it is compared only where there is some.
 */
export function canaryConditions(
  { signals, window, atMs }: GateEvidence,
  table: ThresholdTable,
  percentNow: number,
): GateCondition[] {
  const { canary } = signals;
  if (!canary || (percentNow === 0 && canary.canary.operations === 0)) return [];
  return [latencyCondition(canary, table, atMs), errorCondition(canary, table, window)];
}
