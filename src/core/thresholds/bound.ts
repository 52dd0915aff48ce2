import { formatValue, type Unit } from '../units/unit.ts';

export const operators = ['<', '<=', '>', '>='] as const;
export type Operator = (typeof operators)[number];

/** One side of a limit, in the unit of its signal. `forSeconds` is how long it must hold before anyone is told. */
export interface Bound {
  operator: Operator;
  value: number;
  forSeconds?: number | undefined;
}

/** Whether `value` lies on the bound's side; NaN never does. */
export function holds(bound: Bound, value: number): boolean {
  switch (bound.operator) {
    case '<':
      return value < bound.value;
    case '<=':
      return value <= bound.value;
    case '>':
      return value > bound.value;
    case '>=':
      return value >= bound.value;
  }
}

const signs: Record<Operator, string> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' };

/** The bound as a person reads it: `< 200 ms`. */
export function formatBound(bound: Bound, unit: Unit): string {
  return `${signs[bound.operator]} ${formatValue(bound.value, unit)}`;
}

const opposites: Record<Operator, Operator> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** The bound that holds exactly when this one doesn't: a limit's breach turned into what must hold. */
export function opposite(bound: Bound): Bound {
  return { operator: opposites[bound.operator], value: bound.value };
}
