import { type Bound, formatBound, holds } from '../thresholds/bound.ts';
import { formatAgainst, formatValue, type Unit } from '../units/unit.ts';

/** One figure that a check took, with the bound it must meet. */
export interface Measurement {
  name: string;
  value: number;
  unit: Unit;
  /** What must hold; absent for a figure that is only recorded. */
  bound?: Bound | undefined;
  /** How many observations stand behind the value. */
  sample?: number | undefined;
  note?: string | undefined;
}

/** Whether a measurement meets its bound; one without a bound does. */
export function isMet(measurement: Measurement): boolean {
  return measurement.bound === undefined || holds(measurement.bound, measurement.value);
}

/** `P95 latency 412 ms (must be < 200 ms, n = 120)`. */
export function describeMeasurement(measurement: Measurement): string {
  const { name, value, unit, bound, sample, note } = measurement;
  const details = [
    ...(bound ? [`must be ${formatBound(bound, unit)}`] : []),
    ...(sample === undefined ? [] : [`n = ${sample}`]),
    ...(note ? [note] : []),
  ];
  const shown = bound ? formatAgainst(value, bound.value, unit) : formatValue(value, unit);
  return `${name} ${shown}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}
