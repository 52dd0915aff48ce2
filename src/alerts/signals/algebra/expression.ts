import type { Bound, Matcher } from '../../../core/index.ts';

/** Series by metric name and labels. */
export interface Selector {
  metric: string;
  matchers: readonly Matcher[];
}

export type RangeFunction = 'rate' | 'increase' | 'changes' | 'last' | 'average' | 'samples';
export type Aggregation = 'sum' | 'min' | 'max' | 'avg';
export type ArithmeticOperator = '+' | '-' | '*' | '/';

/**
 * A figure as plain data, with two readings: `evaluate` on recorded samples and `toPromQL`. Windows in
 * milliseconds, time in seconds since 1970 as in PromQL.
 */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'time' }
  | { kind: 'gauge'; selector: Selector }
  | { kind: 'range'; function: RangeFunction; selector: Selector; windowMs: number }
  | { kind: 'aggregate'; function: Aggregation; by: readonly string[]; of: Expression }
  | { kind: 'quantile'; q: number; histogram: Selector; windowMs: number; by: readonly string[] }
  /** Every element of the left side, and those of the right whose labels the left has not. */
  | { kind: 'or'; left: Expression; right: Expression }
  /** Those elements whose labels have a value in `by` that is within the bound. */
  | { kind: 'where'; of: Expression; by: Expression; bound: Bound }
  /** Each element, and the least that it may be where it is less. */
  | { kind: 'clampMin'; of: Expression; least: number }
  /** The same with a label of their own. */
  | { kind: 'labelled'; label: string; value: string; of: Expression }
  /** A query of somebody else in PromQL; here it is read from what was recorded of it. */
  | { kind: 'query'; text: string; of: Expression }
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: Expression; right: Expression };
