import { labelKey } from '../../../core/index.ts';
import type { ArithmeticOperator } from './expression.ts';
import type { Element } from './select.ts';

/** What an expression is at an instant: one number without labels, or elements with theirs. */
export type Value = number | Element[];

const operations: Record<ArithmeticOperator, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

function byLabels(side: readonly Element[]): Map<string, Element> {
  const elements = new Map(side.map((element) => [labelKey(element.labels), element]));
  if (elements.size < side.length) {
    throw new RangeError('two series with the same labels on one side: aggregate them first');
  }
  return elements;
}

/**
 * Arithmetic as PromQL does it: elements meet the element with exactly their labels, and one that meets none
 * is left out. RangeError when one side has the same labels twice.
 */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  const apply = operations[operator];
  if (typeof left === 'number') {
    if (typeof right === 'number') return apply(left, right);
    return right.map(({ labels, value }) => ({ labels, value: apply(left, value) }));
  }
  if (typeof right === 'number') {
    return left.map(({ labels, value }) => ({ labels, value: apply(value, right) }));
  }
  const others = byLabels(right);
  return [...byLabels(left)].flatMap(([key, { labels, value }]) => {
    const other = others.get(key);
    return other ? [{ labels, value: apply(value, other.value) }] : [];
  });
}
