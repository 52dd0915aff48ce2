import { formatDuration, type Matcher, trafficOf } from '../../../core/index.ts';
import {
  averageOver,
  gauge,
  increaseOver,
  labelled,
  minus,
  or,
  quantileOver,
  rate,
  ratio,
  select,
  sum,
  times,
  where,
} from './build.ts';
import type { Expression, Selector } from './expression.ts';
import { type SignalNaming, type Sli, scaledBy } from './signal-naming.ts';

/** The indicators of every service that has any; those of Genesis where none are named. */
export function slisOf({ prefix, slis }: Pick<SignalNaming, 'prefix' | 'slis'>): readonly Sli[] {
  return (
    slis ?? [
      { service: 'orchestration', where: [], traffic: trafficOf('genesis', prefix), subtractsOwn: false },
    ]
  );
}

/** How far back the indicators of a service are looked at. */
const windowOf = ({ traffic }: Sli, naming: SignalNaming): number =>
  scaledBy(naming, traffic.windowMs ?? naming.windowMs);

/** What a watch records of the queries of a service, and counts of what it asked itself. */
export const sliSeries = {
  operations: 'vigil_sli_operations_per_second',
  errors: 'vigil_sli_errors_per_second',
  duration: 'vigil_sli_duration_p95_seconds',
  own: 'vigil_own_requests_total',
} as const;

const ofService = ({ service }: Sli) => ['service', '=', service] as const;

/** What is not Vigil's own: none of its labels' values. */
const notOwn = (own: readonly Matcher[]): Matcher[] =>
  own.map(({ label, operator, value }) => ({
    label,
    operator: operator === '=' ? '!=' : operator === '=~' ? '!~' : operator === '!=' ? '=' : '=~',
    value,
  }));

function selectorOf({ where: all }: Sli, { metric, matchers }: Selector, more: readonly Matcher[]): Selector {
  return { metric, matchers: [...matchers, ...all, ...more] };
}

/** A query of the store over a window, and how it is read from what was recorded of it. */
function queried(sli: Sli, text: string, metric: string, windowMs: number): Expression {
  const recorded = select(metric, [...ofService(sli)]);
  const isLonger = windowMs > 2 * (sli.traffic.windowMs ?? 300_000);
  return {
    kind: 'query',
    text: text.replaceAll('{{window}}', formatDuration(windowMs)),
    of: sum(isLonger ? averageOver(recorded, windowMs) : gauge(recorded)),
  };
}

/** Whether what Vigil sent counts among the operations, and nothing but its number is known. */
const isMixed = ({ traffic, subtractsOwn }: Sli): boolean =>
  subtractsOwn && traffic.kind === 'metrics' && traffic.own.length === 0;

/** What has no data anywhere: the value of what a service does not tell. */
export const nothing: Expression = gauge(select('vigil_nothing'));

type Counted = 'operations' | 'errors';

/** How many a second or over a window, users' and Vigil's own. */
function everyone(sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression {
  const { traffic } = sli;
  if (traffic.kind === 'queries') {
    const perSecond = queried(sli, traffic[what], sliSeries[what], windowMs);
    return per === 'second' ? perSecond : times(perSecond, windowMs / 1000);
  }
  const grown = per === 'second' ? rate : increaseOver;
  const counted = (part: Counted) =>
    sum(grown(selectorOf(sli, traffic[part], notOwn(traffic.own)), windowMs));
  // A counter of errors by a label begins with the first of them: until then there were none.
  const isNone = what === 'errors' && traffic.preset !== 'genesis';
  return isNone ? or(counted('errors'), times(counted('operations'), 0)) : counted(what);
}

/** What of it Vigil sent. */
function ownOf(sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression {
  const grown = per === 'second' ? rate : increaseOver;
  const outcome = what === 'errors' ? 'error' : 'ok|error|scrape';
  const own = sum(grown(select(sliSeries.own, [...ofService(sli)], ['outcome', '=~', outcome]), windowMs));
  return or(own, times(everyone(sli, 'operations', windowMs, per), 0));
}

function counted(sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression {
  const all = everyone(sli, what, windowMs, per);
  return isMixed(sli) ? minus(all, ownOf(sli, what, windowMs, per)) : all;
}

/** Users' operations or errors over a window. */
export const increaseOf = (sli: Sli, what: Counted, windowMs: number): Expression =>
  counted(sli, what, windowMs, 'window');
/** The same per second. */
export const rateOf = (sli: Sli, what: Counted, windowMs: number): Expression =>
  counted(sli, what, windowMs, 'second');

/** So many operations are left of users' when Vigil's own are taken off: fewer may only be the error of the counting. */
const fewest = 5;

/** Errors ÷ operations of users over a window; nothing where there were none. */
export function errorRatioOf(sli: Sli, windowMs: number): Expression {
  const share = ratio(rateOf(sli, 'errors', windowMs), rateOf(sli, 'operations', windowMs));
  if (!isMixed(sli)) return share;
  return where(share, increaseOf(sli, 'operations', windowMs), {
    operator: '>=',
    value: sli.traffic.minimum ?? fewest,
  });
}

/** Latency can't be told from Vigil's own by count: it is unknown where more than this share is. */
const mostOwn = 0.1;

/** A quantile of the durations over a window, in seconds; `undefined` where the service tells none. */
export function latencyOf(sli: Sli, q: number, windowMs: number): Expression | undefined {
  const { traffic } = sli;
  if (traffic.duration === undefined) return undefined;
  if (traffic.kind === 'queries') {
    return q === 0.95 ? queried(sli, traffic.duration as string, sliSeries.duration, windowMs) : undefined;
  }
  const histogram = selectorOf(sli, traffic.duration, notOwn(traffic.own));
  const quantile = quantileOver(q, histogram, windowMs);
  const seconds = traffic.seconds === 1 ? quantile : times(quantile, traffic.seconds);
  if (!isMixed(sli)) return seconds;
  const share = ratio(
    ownOf(sli, 'operations', windowMs, 'second'),
    everyone(sli, 'operations', windowMs, 'second'),
  );
  return where(seconds, share, { operator: '<=', value: mostOwn });
}

/** What one series of the histogram of durations counted over a window; `undefined` where there is none. */
export function observedOf(
  sli: Sli,
  suffix: 'count' | 'bucket',
  more: readonly Matcher[],
  windowMs: number,
): Expression | undefined {
  const { traffic } = sli;
  if (traffic.kind === 'queries' || traffic.duration === undefined) return undefined;
  const { metric, matchers } = traffic.duration;
  const series = { metric: `${metric}_${suffix}`, matchers };
  return sum(increaseOver(selectorOf(sli, series, [...notOwn(traffic.own), ...more]), windowMs));
}

/** What each bucket of the durations counted over a window, by its bound `le`; `undefined` where there are none. */
export function bucketsOf(sli: Sli, windowMs: number): Expression | undefined {
  const { traffic } = sli;
  if (traffic.kind === 'queries' || traffic.duration === undefined) return undefined;
  const { metric, matchers } = traffic.duration;
  const series = selectorOf(sli, { metric: `${metric}_bucket`, matchers }, notOwn(traffic.own));
  return sum(increaseOver(series, windowMs), 'le');
}

/** The series of all indicators, as a store is asked for them. */
export function seriesOf(naming: SignalNaming): Selector[] {
  const all = slisOf(naming).flatMap(({ traffic, where: own, service }): Selector[] => {
    const recorded = Object.values(sliSeries).map((metric) => select(metric, ['service', '=', service]));
    if (traffic.kind === 'queries') return recorded;
    const histogram = traffic.duration
      ? ['bucket', 'count'].map((suffix) => `${traffic.duration?.metric}_${suffix}`)
      : [];
    const names = new Set([traffic.operations.metric, traffic.errors.metric, ...histogram]);
    return [
      ...[...names].map((metric) => ({ metric, matchers: own })),
      ...(traffic.preset === 'genesis' ? [] : recorded),
    ];
  });
  return all;
}

/** Whether the operations are counted at all, whoever's they are. */
export function presenceOf(sli: Sli): Expression {
  const { traffic } = sli;
  if (traffic.kind === 'queries') return queried(sli, traffic.operations, sliSeries.operations, 300_000);
  return sum(gauge(selectorOf(sli, traffic.operations, [])));
}

/** One value for each service, told apart by the label `service` where there are several. */
export function eachService(
  naming: SignalNaming,
  readingOf: (sli: Sli, windowMs: number) => Expression | undefined,
): Expression | undefined {
  const slis = slisOf(naming);
  const values = slis.flatMap((sli) => {
    const value = readingOf(sli, windowOf(sli, naming));
    return value ? [slis.length > 1 ? labelled(value, 'service', sli.service) : value] : [];
  });
  return values.length === 0 ? undefined : values.reduce(or);
}
