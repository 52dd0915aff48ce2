import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bound, SignalThresholds } from '../../../../core/index.ts';

/**
 * Green until the first of a signal's limits is crossed, yellow after it, red from the second on; red at once
 * where there is one limit only and it is critical.
 */
export function thresholdSteps(row: SignalThresholds): Threshold[] {
  const crossed = [row.warning, row.critical, row.rollback].filter(
    (bound): bound is Bound => bound !== undefined,
  );
  const values = [...new Set(crossed.map(({ value }) => value))];
  const [first, second] = values;
  if (first === undefined) return [{ value: null, color: 'green' }];
  const isUpper = crossed[0]?.operator.startsWith('>') ?? true;
  const only = row.critical || row.rollback ? 'red' : 'yellow';
  if (second === undefined) {
    return isUpper
      ? [
          { value: null, color: 'green' },
          { value: first, color: only },
        ]
      : [
          { value: null, color: only },
          { value: first, color: 'green' },
        ];
  }
  // Grafana's step begins at its value: from below, the graver limit comes first.
  return isUpper
    ? [
        { value: null, color: 'green' },
        { value: first, color: 'yellow' },
        { value: second, color: 'red' },
      ]
    : [
        { value: null, color: 'red' },
        { value: second, color: 'yellow' },
        { value: first, color: 'green' },
      ];
}

/** The steps as Grafana's builders take them. */
export const absolute = (steps: Threshold[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
