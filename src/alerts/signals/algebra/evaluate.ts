import { holds, labelKey } from '../../../core/index.ts';
import { aggregate, quantiles } from './aggregate.ts';
import { calculate, type Value } from './arithmetic.ts';
import type { Expression, Selector } from './expression.ts';
import { overRange } from './range-functions.ts';
import { type Element, instantVector, newestVector, rangeVector } from './select.ts';
import type { SampleSource } from './source.ts';

function ranged(
  expression: { function: Parameters<typeof overRange>[0]; selector: Selector; windowMs: number },
  source: SampleSource,
  atMs: number,
): Element[] {
  const { function: name, selector, windowMs } = expression;
  const vector = name === 'last' ? newestVector : rangeVector;
  return vector(source, selector, windowMs, atMs).flatMap(({ labels, points }) => {
    const value = overRange(name, points, windowMs, atMs);
    return value === undefined ? [] : [{ labels, value }];
  });
}

function amountOf(expression: Expression, source: SampleSource, atMs: number): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'time':
      return atMs / 1000;
    case 'gauge':
      return instantVector(source, expression.selector, atMs);
    case 'range':
      return ranged(expression, source, atMs);
    case 'aggregate':
      return aggregate(expression.function, expression.by, evaluateVector(expression.of, source, atMs));
    case 'quantile': {
      const { histogram, windowMs, q, by } = expression;
      const selector = { metric: `${histogram.metric}_bucket`, matchers: histogram.matchers };
      return quantiles(q, by, ranged({ function: 'rate', selector, windowMs }, source, atMs));
    }
    case 'or': {
      const left = evaluateVector(expression.left, source, atMs);
      const known = new Set(left.map(({ labels }) => labelKey(labels)));
      const right = evaluateVector(expression.right, source, atMs);
      return [...left, ...right.filter(({ labels }) => !known.has(labelKey(labels)))];
    }
    case 'where': {
      const { of, by, bound } = expression;
      const within = evaluateVector(by, source, atMs).filter(({ value }) => holds(bound, value));
      const labels = new Set(within.map((element) => labelKey(element.labels)));
      return evaluateVector(of, source, atMs).filter((element) => labels.has(labelKey(element.labels)));
    }
    case 'clampMin': {
      const raised = ({ labels, value }: Element) => ({ labels, value: Math.max(value, expression.least) });
      return evaluateVector(expression.of, source, atMs).map(raised);
    }
    case 'labelled': {
      const { label, value: text } = expression;
      const named = ({ labels, value }: Element) => ({ labels: { ...labels, [label]: text }, value });
      return evaluateVector(expression.of, source, atMs).map(named);
    }
    case 'query':
      return evaluateVector(expression.of, source, atMs);
    case 'arithmetic': {
      const left = amountOf(expression.left, source, atMs);
      return calculate(expression.operator, left, amountOf(expression.right, source, atMs));
    }
  }
}

/**
 * Every element of an expression at an instant, as Prometheus 2.42 gives it; empty when there is no data.
 * RangeError when arithmetic meets two series with the same labels.
 */
export function evaluateVector(expression: Expression, source: SampleSource, atMs: number): Element[] {
  const value = amountOf(expression, source, atMs);
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

/**
 * The one number that an expression is at an instant; `undefined` when there is no data, which is never 0.
 * RangeError when it has several elements: aggregate them, or ask `evaluateVector`.
 */
export function evaluate(expression: Expression, source: SampleSource, atMs: number): number | undefined {
  const elements = evaluateVector(expression, source, atMs);
  if (elements.length > 1) throw new RangeError(`one value expected, ${elements.length} series found`);
  return elements[0]?.value;
}
