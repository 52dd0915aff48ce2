import type { Matcher } from '../../../core/index.ts';
import type { Expression, Selector } from './expression.ts';

/** The same of only those series that meet the matchers of their metric as well; a query of somebody else stays as it is. */
export function withMatchers(
  expression: Expression,
  matchersOf: (metric: string) => readonly Matcher[],
): Expression {
  const narrowed = (selector: Selector): Selector => ({
    metric: selector.metric,
    matchers: [...selector.matchers, ...matchersOf(selector.metric)],
  });
  const of = (inner: Expression) => withMatchers(inner, matchersOf);
  switch (expression.kind) {
    case 'gauge':
    case 'range':
      return { ...expression, selector: narrowed(expression.selector) };
    case 'quantile':
      return { ...expression, histogram: narrowed(expression.histogram) };
    case 'aggregate':
    case 'clampMin':
    case 'labelled':
      return { ...expression, of: of(expression.of) };
    case 'where':
      return { ...expression, of: of(expression.of), by: of(expression.by) };
    case 'or':
    case 'arithmetic':
      return { ...expression, left: of(expression.left), right: of(expression.right) };
    case 'number':
    case 'time':
    case 'query':
      return expression;
  }
}
