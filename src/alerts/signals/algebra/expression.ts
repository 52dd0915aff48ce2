import type { Matcher } from '../../../core/index.ts';

/** Series by metric name and labels. */
export interface Selector {
  metric: string;
  matchers: readonly Matcher[];
}

export type RangeFunction = 'rate' | 'increase' | 'changes' | 'last' | 'average' | 'samples';
export type Aggregation = 'sum' | 'min' | 'max' | 'avg';
export type ArithmeticOperator = '+' | '-' | '/';

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
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: Expression; right: Expression };
