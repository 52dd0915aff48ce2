import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { SignalThresholds } from '../../../../core/index.ts';

/**
 * Green until the first of a signal's limits is crossed, yellow after it, red from the second on; red at once
 * where there is one limit only and it is critical.
 */
export function thresholdSteps(row: SignalThresholds): Threshold[] {
  const crossed = [row.warning, row.critical, row.rollback].filter((bound) => bound !== undefined);
  const values = [...new Set(crossed.map(({ value }) => value))].slice(0, 2);
  const only = row.critical || row.rollback ? 'red' : 'yellow';
  const colours = ['green', ...(values.length === 1 ? [only] : ['yellow', 'red'])];
  const from = [null, ...values];
  // Grafana's step begins at its value: from below, the graver limit comes first.
  if (crossed[0] && !crossed[0].operator.startsWith('>'))
    return from.map((_, index) => ({
      value: index === 0 ? null : (values.at(-index) ?? null),
      color: colours[values.length - index] ?? 'red',
    }));
  return from.map((value, index) => ({ value, color: colours[index] ?? 'red' }));
}

/** The steps as Grafana's builders take them. */
export const absolute = (steps: Threshold[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
