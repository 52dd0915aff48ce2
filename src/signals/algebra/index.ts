export {
  absent,
  ageOf,
  averageOver,
  avg,
  changes,
  count,
  gauge,
  increase,
  last,
  max,
  mean,
  min,
  minus,
  plus,
  quantile,
  rate,
  ratio,
  samplesIn,
  select,
  sum,
  time,
  times,
} from './build.ts';
export { evaluate, evaluateVector } from './evaluate.ts';
export type {
  Aggregation,
  ArithmeticOperator,
  Expression,
  RangeFunction,
  Selector,
} from './expression.ts';
export { lowerBound } from './lower-bound.ts';
export { MemorySource, type ScrapeTarget } from './memory-source.ts';
export {
  burnRateOver,
  defaultNaming,
  type NamedSignal,
  quorumPassRate,
  type SignalNaming,
  scaledBy,
  signalExpressions,
} from './named.ts';
export { operationsWithin, windowExpressions } from './over-window.ts';
export { preloaded } from './preloaded-source.ts';
export { numberText, toPromQL } from './promql.ts';
export type { Element } from './select.ts';
export type { SamplePoint, SampleSource, Series } from './source.ts';
