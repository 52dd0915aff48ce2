import type { Bound, Matcher } from '../../../core/index.ts';
import type { Aggregation, ArithmeticOperator, Expression, RangeFunction, Selector } from './expression.ts';

/** Series of a metric: `select('up', ['job', '=~', 'a|b'])`. */
export function select(
  metric: string,
  ...matchers: [label: string, operator: Matcher['operator'], value: string][]
): Selector {
  return { metric, matchers: matchers.map(([label, operator, value]) => ({ label, operator, value })) };
}

const over =
  (name: RangeFunction) =>
  (selector: Selector, windowMs: number): Expression => ({
    kind: 'range',
    function: name,
    selector,
    windowMs,
  });

/** Growth of a counter per second over a window, per series. */
export const rate = over('rate');
/** Growth of a counter over a window, per series. */
export const increaseOver = over('increase');
/** How often a gauge changed within a window, per series. */
export const changes = over('changes');
/** The newest sample within a window, whether or not the series went stale since. */
export const last = over('last');

/** Mean of the samples within a window, per series. */
export const averageOver = over('average');
/** How many samples a window holds, per series. */
export const samplesIn = over('samples');

/** The newest sample of each series, at most five minutes old. */
export const gauge = (selector: Selector): Expression => ({ kind: 'gauge', selector });

const aggregated =
  (name: Aggregation) =>
  (of: Expression, ...by: string[]): Expression => ({ kind: 'aggregate', function: name, by, of });

/** Sum over label sets, per value of the labels named. */
export const sum = aggregated('sum');
/** Least over label sets, per value of the labels named. */
export const min = aggregated('min');
/** Greatest over label sets, per value of the labels named. */
export const max = aggregated('max');
/** Mean over label sets, per value of the labels named. */
export const avg = aggregated('avg');

const operand = (side: Expression | number): Expression =>
  typeof side === 'number' ? { kind: 'number', value: side } : side;

const arithmetic =
  (operator: ArithmeticOperator) =>
  (left: Expression | number, right: Expression | number): Expression => ({
    kind: 'arithmetic',
    operator,
    left: operand(left),
    right: operand(right),
  });

/** `left + right`. */
export const plus = arithmetic('+');
/** `left - right`. */
export const minus = arithmetic('-');
/** `left * right`. */
export const times = arithmetic('*');
/** `left / right`; 0 / 0 is NaN, as in PromQL. */
export const ratio = arithmetic('/');

/** What the left side has, and of the right what it has not. */
export const or = (left: Expression, right: Expression): Expression => ({ kind: 'or', left, right });

/** An expression where another is within a bound, and nothing elsewhere. */
export const where = (of: Expression, by: Expression, bound: Bound): Expression => ({
  kind: 'where',
  of,
  by,
  bound,
});

/** Each element of an expression, raised to `least` where it is below; what has no data has none. */
export const clampMin = (of: Expression, least: number): Expression => ({ kind: 'clampMin', of, least });

/** An expression whose elements have this label. */
export const labelled = (of: Expression, label: string, value: string): Expression => ({
  kind: 'labelled',
  label,
  value,
  of,
});

/** Seconds since 1970 at the instant of evaluation. */
export const time = (): Expression => ({ kind: 'time' });

/** Seconds since the instant that a gauge holds: `time() - gauge`. */
export const ageOf = (instant: Expression): Expression => minus(time(), instant);

/** The q-quantile (0–1) of what a histogram observed in a window, per value of the labels named. */
export const quantileOver = (
  q: number,
  histogram: Selector,
  windowMs: number,
  ...by: string[]
): Expression => ({
  kind: 'quantile',
  q,
  histogram,
  windowMs,
  by,
});

/** Mean of what a histogram observed in a window, over all its label sets. */
export function mean(histogram: Selector, windowMs: number): Expression {
  const part = (suffix: string) =>
    sum(rate({ metric: `${histogram.metric}_${suffix}`, matchers: histogram.matchers }, windowMs));
  return ratio(part('sum'), part('count'));
}
