import { durationLiteral } from '../../../core/index.ts';
import type { ArithmeticOperator, Expression, RangeFunction, Selector } from './expression.ts';

const rangeNames: Record<RangeFunction, string> = {
  rate: 'rate',
  increase: 'increase',
  changes: 'changes',
  last: 'last_over_time',
  average: 'avg_over_time',
  samples: 'count_over_time',
};

const strength: Record<ArithmeticOperator, number> = { '+': 1, '-': 1, '*': 2, '/': 2 };

/** A number as PromQL writes it. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

/** A selector as PromQL writes it. */
export function selectorText({ metric, matchers }: Selector): string {
  if (matchers.length === 0) return metric;
  // JSON's escapes are among those of PromQL's strings.
  const texts = matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`);
  return `${metric}{${texts.join(',')}}`;
}

const grouping = (by: readonly string[]): string => (by.length === 0 ? '' : ` by (${by.join(', ')}) `);

function windowed(name: string, selector: Selector, windowMs: number): string {
  return `${name}(${selectorText(selector)}[${durationLiteral(windowMs)}])`;
}

function operandText(side: Expression, operator: ArithmeticOperator, isRight: boolean): string {
  const text = toPromQL(side);
  if (side.kind === 'number') return side.value < 0 ? `(${text})` : text;
  if (side.kind !== 'arithmetic') return text;
  // Operators of one strength are read from the left.
  const weaker = strength[side.operator] - strength[operator];
  return weaker < 0 || (weaker === 0 && isRight) ? `(${text})` : text;
}

/** The expression as PromQL that any Prometheus since 2.42 reads, formatted on one line. */
export function toPromQL(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return numberText(expression.value);
    case 'time':
      return 'time()';
    case 'gauge':
      return selectorText(expression.selector);
    case 'range':
      return windowed(rangeNames[expression.function], expression.selector, expression.windowMs);
    case 'aggregate':
      return `${expression.function}${grouping(expression.by)}(${toPromQL(expression.of)})`;
    case 'quantile': {
      const { q, histogram, windowMs, by } = expression;
      const buckets = { metric: `${histogram.metric}_bucket`, matchers: histogram.matchers };
      const rates = windowed('rate', buckets, windowMs);
      return `histogram_quantile(${numberText(q)}, sum${grouping([...by, 'le'])}(${rates}))`;
    }
    case 'or':
      return `(${toPromQL(expression.left)} or ${toPromQL(expression.right)})`;
    case 'where': {
      const { of, by, bound } = expression;
      return `(${toPromQL(of)} and ${toPromQL(by)} ${bound.operator} ${numberText(bound.value)})`;
    }
    case 'clampMin':
      return `clamp_min(${toPromQL(expression.of)}, ${numberText(expression.least)})`;
    case 'labelled': {
      const { label, value, of } = expression;
      return `label_replace(${toPromQL(of)}, ${JSON.stringify(label)}, ${JSON.stringify(value)}, "", "")`;
    }
    case 'query':
      return expression.text;
    case 'arithmetic': {
      const { operator, left, right } = expression;
      return `${operandText(left, operator, false)} ${operator} ${operandText(right, operator, true)}`;
    }
  }
}
