import {
  chanceText,
  compareSamples,
  compareShares,
  formatInterval,
  formatValue,
  grouped,
} from '../../../core/index.ts';
import type { CanaryEvidence } from '../canary-evidence.ts';
import { type Found, fail, limitOf, pass, type Subject, spanOf, unknown } from '../condition.ts';

/** How unlikely a difference must be by chance before it counts. */
const significance = 0.05;

/**
 * Worse when the Mann–Whitney test says so and the shift is past its bound; not worse when the 95 % interval of the shift
 * ends below the bound. In between the intervals are too few, or too scattered, to tell.
 */
export function canaryLatency(
  { baseline, canary, intervalMs }: CanaryEvidence,
  { table, atMs }: Subject,
): Found {
  const limit = limitOf(table, 'canaryLatency');
  const least = limitOf(table, 'canaryIntervals').value;
  const fewest = Math.min(baseline.latencies.length, canary.latencies.length);
  const sizes = `${canary.latencies.length} and ${baseline.latencies.length} intervals of ${spanOf(intervalMs)}`;
  if (fewest < least) {
    return unknown(`too few: ${sizes} of ${canary.version} and ${baseline.version}`, {
      unit: 'ratio',
      limit,
      next: 'wait for more traffic on both versions',
      askAgainAtMs: atMs + Math.ceil(least - fewest) * intervalMs,
    });
  }
  const compared = compareSamples(baseline.latencies, canary.latencies);
  const { before: base, difference, low, high, pValue, superiority } = compared;
  if (base <= 0) return unknown(`the baseline’s P95 is ${base} s`, { unit: 'ratio', limit });
  const measured = { value: difference / base, unit: 'ratio', limit } as const;
  const detail = [
    `${formatValue(base + difference, 'seconds')} against ${formatValue(base, 'seconds')}`,
    formatInterval(low / base, high / base, 'ratio'),
    `${chanceText(pValue)}, slower in ${Math.round(superiority * 100)} of 100 pairs`,
    sizes,
  ].join('; ');
  if (pValue < significance && measured.value > limit.value)
    return fail(detail, { ...measured, next: `compare a slow operation of ${canary.version}` });
  if (high / base <= limit.value) return pass(detail, measured);
  return unknown(`too scattered to tell: ${detail}`, {
    ...measured,
    next: 'wait for more intervals',
    askAgainAtMs: atMs + fewest * intervalMs,
  });
}

/** The same for the share of errors, by the two-proportion test and Newcombe's interval of the difference. */
export function canaryErrors(
  { baseline, canary }: CanaryEvidence,
  { table, window, windowMs }: Subject,
): Found {
  const limit = limitOf(table, 'canaryErrors');
  const { errors: before, operations: of } = baseline;
  const { errors: now, operations } = canary;
  const hasOperations = of >= 1 && operations >= 1;
  if (before === undefined || now === undefined || !hasOperations) {
    const next = 'do both series exist? read /metrics';
    const missing = hasOperations ? 'errors' : 'operations';
    return unknown(`no ${missing} were found with the label`, { unit: 'ratio', limit, next });
  }
  const { difference, low, high, pValue } = compareShares(
    { count: Math.min(before, of), of },
    { count: Math.min(now, operations), of: operations },
  );
  const measured = { value: difference, unit: 'ratio', limit } as const;
  const detail = [
    `${now} of ${grouped(operations)} against ${before} of ${grouped(of)}`,
    formatInterval(low, high, 'ratio'),
    chanceText(pValue),
  ].join('; ');
  if (pValue < significance && difference > limit.value)
    return fail(detail, { ...measured, next: `group the errors of ${canary.version} by category` });
  if (high <= limit.value) return pass(detail, measured);
  // Without another error the interval ends at the limit with about 3.84 ÷ limit operations (Wilson's score).
  const missing = Math.max(0, 3.84 / limit.value - operations);
  return unknown(`too few operations to tell: ${detail}`, {
    ...measured,
    next: 'wait for more traffic on both versions',
    askAgainAtMs: window.toMs + Math.ceil(missing * (windowMs / operations)),
  });
}
