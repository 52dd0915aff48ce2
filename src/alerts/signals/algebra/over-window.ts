import { averageOver, increaseOver, min, quantileOver, ratio, samplesIn, select, sum } from './build.ts';
import type { Expression } from './expression.ts';
import type { SignalNaming } from './named.ts';

/** What a whole watch came to, as expressions over one long window that ends where it is evaluated. */
export function windowExpressions({ prefix, services }: SignalNaming, windowMs: number) {
  const operations = () => sum(increaseOver(select(`${prefix}_operations_total`), windowMs));
  const errors = () =>
    sum(increaseOver(select(`${prefix}_errors_total`, ['category', '!=', 'validation']), windowMs));
  const up = () => select('up', ['job', '=~', services]);
  const duration = `${prefix}_operation_duration_seconds`;
  return {
    operations: operations(),
    errors: errors(),
    errorRatio: ratio(errors(), operations()),
    latencyP95: quantileOver(0.95, select(duration), windowMs),
    /** Operations whose duration was observed. */
    timed: sum(increaseOver(select(`${duration}_count`), windowMs)),
    /** The share of scrapes that the service which answered least did answer. */
    uptime: min(averageOver(up(), windowMs)),
    scrapes: min(samplesIn(up(), windowMs)),
  } as const satisfies Record<string, Expression>;
}

/** Operations that took at most the bound `le` of the histogram's buckets, as its label says it. */
export function operationsWithin({ prefix }: SignalNaming, le: string, windowMs: number): Expression {
  return sum(increaseOver(select(`${prefix}_operation_duration_seconds_bucket`, ['le', '=', le]), windowMs));
}
