import { averageOver, max, min, ratio, samplesIn, select, sum } from './build.ts';
import type { Expression } from './expression.ts';
import type { SignalNaming, Sli } from './signal-naming.ts';
import { eachService, increaseOf, latencyOf, nothing, observedOf, slisOf } from './traffic.ts';

/** A value of every service in one: the only one as it is. */
function together(
  naming: SignalNaming,
  all: typeof sum,
  readingOf: (sli: Sli) => Expression | undefined,
): Expression {
  const areSeveral = slisOf(naming).length > 1;
  const values = eachService(naming, readingOf, areSeveral) ?? nothing;
  return areSeveral ? all(values) : values;
}

/** What a whole watch came to, as expressions over one long window that ends where it is evaluated. */
export function windowExpressions(naming: SignalNaming, windowMs: number) {
  const operations = () => together(naming, sum, (sli) => increaseOf(sli, 'operations', windowMs));
  const errors = () => together(naming, sum, (sli) => increaseOf(sli, 'errors', windowMs));
  const up = () => select('up', ['job', '=~', naming.services]);
  return {
    operations: operations(),
    errors: errors(),
    errorRatio: ratio(errors(), operations()),
    latencyP95: together(naming, max, (sli) => latencyOf(sli, 0.95, windowMs)),
    /** Operations whose duration was observed. */
    timed: together(naming, sum, (sli) => observedOf(sli, 'count', [], windowMs)),
    /** The share of scrapes that the service which answered least did answer. */
    uptime: min(averageOver(up(), windowMs)),
    scrapes: min(samplesIn(up(), windowMs)),
  } as const satisfies Record<string, Expression>;
}

/** Operations that took at most the bound `le` of the histogram's buckets, as its label says it. */
export const operationsWithin = (naming: SignalNaming, le: string, windowMs: number): Expression =>
  together(naming, sum, (sli) =>
    observedOf(sli, 'bucket', [{ label: 'le', operator: '=', value: le }], windowMs),
  );
