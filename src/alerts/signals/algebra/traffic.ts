import { durationLiteral, type Matcher, trafficOf } from '../../../core/index.ts';
import {
  averageOver,
  clampMin,
  gauge,
  increaseOver,
  labelled,
  max,
  minus,
  or,
  plus,
  quantileOver,
  rate,
  ratio,
  select,
  sum,
  times,
  where,
} from './build.ts';
import type { Expression, Selector } from './expression.ts';
import { toPromQL } from './promql.ts';
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
export const liveWindowOf = ({ traffic }: Sli, naming: SignalNaming): number =>
  scaledBy(naming, traffic.windowMs ?? naming.windowMs);

/** What a watch records of the queries of a service, and counts of what it asked itself. */
export const sliSeries = {
  operations: 'vigil_sli_operations_per_second',
  errors: 'vigil_sli_errors_per_second',
  rejected: 'vigil_sli_rejected_per_second',
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

/**
 * A query of the store over a window, and how it is read from what was recorded of it. Of several series rates add up,
 * and the worst P95 counts. Several watches record the same answer of one store, which is no sum of theirs.
 */
function queried(sli: Sli, text: string, metric: string, windowMs: number): Expression {
  const recorded = select(metric, [...ofService(sli)]);
  const isLonger = windowMs > 2 * (sli.traffic.windowMs ?? 300_000);
  return {
    kind: 'query',
    text: `${metric === sliSeries.duration ? 'max' : 'sum'}(${text.replaceAll('{{window}}', durationLiteral(windowMs))})`,
    of: max(isLonger ? averageOver(recorded, windowMs) : gauge(recorded)),
  };
}

/** Whether what Vigil sent counts among the operations, and nothing but its number is known. */
const isMixed = ({ traffic, subtractsOwn }: Sli): boolean =>
  subtractsOwn && traffic.kind === 'metrics' && traffic.own.length === 0;

/** What has no data anywhere: the value of what a service does not tell. */
export const nothing: Expression = gauge(select('vigil_nothing'));

type Counted = 'operations' | 'errors' | 'rejected';

/** How many a second or over a window, users' and Vigil's own. */
function everyone(sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression {
  const { traffic } = sli;
  const grown = per === 'second' ? rate : increaseOver;
  const counted = (part: Counted): Expression => {
    if (traffic.kind === 'metrics') {
      const selector = traffic[part];
      return selector ? sum(grown(selectorOf(sli, selector, notOwn(traffic.own)), windowMs)) : nothing;
    }
    const query = traffic[part];
    if (query === undefined) return nothing;
    const perSecond = queried(sli, query, sliSeries[part], windowMs);
    return per === 'second' ? perSecond : times(perSecond, windowMs / 1000);
  };
  // A counter of errors by a label begins with the first of them: until then there were none.
  const isNone = what === 'rejected' || (what === 'errors' && traffic.preset !== 'genesis');
  return isNone ? or(counted(what), times(counted('operations'), 0)) : counted(what);
}

/** What of it Vigil sent. */
function ownOf(sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression {
  const grown = per === 'second' ? rate : increaseOver;
  const outcome = what === 'errors' ? 'error' : 'ok|error|scrape';
  const own = sum(grown(select(sliSeries.own, [...ofService(sli)], ['outcome', '=~', outcome]), windowMs));
  return or(own, times(everyone(sli, 'operations', windowMs, per), 0));
}

/** So many operations are left of users' when Vigil's own are taken off: fewer may only be the error of the counting. */
export const fewestOfUsers = 5;

/** What is left when Vigil's own are taken off; less than nothing where the service does not count them. */
const leftOf = (sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression =>
  minus(everyone(sli, what, windowMs, per), ownOf(sli, what, windowMs, per));

/**
 * Users' alone. A little less than nothing is the error of the counting, and none; where more is missing, the service does not
 * count what Vigil sends, and how many are of users is unknown.
 */
function counted(sli: Sli, what: Counted, windowMs: number, per: 'second' | 'window'): Expression {
  if (!isMixed(sli)) return everyone(sli, what, windowMs, per);
  return where(clampMin(leftOf(sli, what, windowMs, per), 0), leftOf(sli, what, windowMs, 'window'), {
    operator: '>',
    value: -fewestOfUsers,
  });
}

/** Users' operations or errors over a window. */
export const increaseOf = (sli: Sli, what: Counted, windowMs: number): Expression =>
  counted(sli, what, windowMs, 'window');
/** The same per second. */
export const rateOf = (sli: Sli, what: Counted, windowMs: number): Expression =>
  counted(sli, what, windowMs, 'second');

/** A share of users' operations per second; nothing where Vigil's own were taken off and too few are left. */
function amongEnough(
  sli: Sli,
  windowMs: number,
  shareOf: (operations: Expression) => Expression,
): Expression {
  if (!isMixed(sli)) return shareOf(rateOf(sli, 'operations', windowMs));
  return where(
    shareOf(leftOf(sli, 'operations', windowMs, 'second')),
    leftOf(sli, 'operations', windowMs, 'window'),
    { operator: '>=', value: sli.traffic.minimum ?? fewestOfUsers },
  );
}

/** Errors ÷ operations of users over a window; nothing where there were none. */
export function errorRatioOf(sli: Sli, windowMs: number): Expression {
  return amongEnough(sli, windowMs, (operations) => ratio(rateOf(sli, 'errors', windowMs), operations));
}

/**
 * Requests refused as their sender's mistake ÷ all that users sent over a window; `undefined` where nothing tells of them.
 * What Genesis refuses it does not count among its operations.
 */
function rejectedRatioOf(sli: Sli, windowMs: number): Expression | undefined {
  const { traffic } = sli;
  if (traffic.rejected === undefined) return undefined;
  const rejected = everyone(sli, 'rejected', windowMs, 'second');
  return amongEnough(sli, windowMs, (operations) =>
    ratio(rejected, traffic.preset === 'genesis' ? plus(operations, rejected) : operations),
  );
}

/** By how much the share of rejected requests is more than twice what it was over a longer time. */
export function rejectedRiseOf(sli: Sli, windowMs: number, usualMs: number): Expression | undefined {
  const [now, usual] = [rejectedRatioOf(sli, windowMs), rejectedRatioOf(sli, usualMs)];
  return now && usual && minus(now, times(2, usual));
}

/** Latency can't be told from Vigil's own by count: it is unknown where more than this share is. */
export const mostOwn = 0.1;

/** Which share of all requests over a window is Vigil's own; `undefined` where they are told by a label, or not counted. */
export const ownShareOf = (sli: Sli, windowMs: number): Expression | undefined =>
  isMixed(sli)
    ? ratio(ownOf(sli, 'operations', windowMs, 'second'), everyone(sli, 'operations', windowMs, 'second'))
    : undefined;

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
  const share = ownShareOf(sli, windowMs);
  return share ? where(seconds, share, { operator: '<=', value: mostOwn }) : seconds;
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

/** What a watch records of the queries of services, as queries: a store answers them for any time. */
export const queriesOf = (naming: SignalNaming): { metric: string; service: string; query: string }[] =>
  slisOf(naming).flatMap((sli) => {
    const { traffic, service } = sli;
    if (traffic.kind !== 'queries') return [];
    const windowMs = liveWindowOf(sli, naming);
    const parts = {
      operations: everyone(sli, 'operations', windowMs, 'second'),
      errors: everyone(sli, 'errors', windowMs, 'second'),
      rejected: traffic.rejected === undefined ? undefined : everyone(sli, 'rejected', windowMs, 'second'),
      duration: latencyOf(sli, 0.95, windowMs),
    };
    return (['operations', 'errors', 'rejected', 'duration'] as const).flatMap((part) => {
      const expression = parts[part];
      return expression ? [{ metric: sliSeries[part], service, query: toPromQL(expression) }] : [];
    });
  });

/** The series of all indicators, as a store is asked for them. */
export function seriesOf(naming: SignalNaming): Selector[] {
  const all = slisOf(naming).flatMap(({ traffic, where: own, service }): Selector[] => {
    const recorded = Object.values(sliSeries).map((metric) => select(metric, ['service', '=', service]));
    if (traffic.kind === 'queries') return [];
    const histogram = traffic.duration
      ? ['bucket', 'count'].map((suffix) => `${traffic.duration?.metric}_${suffix}`)
      : [];
    const rejected = traffic.rejected ? [traffic.rejected.metric] : [];
    const names = new Set([traffic.operations.metric, traffic.errors.metric, ...rejected, ...histogram]);
    return [
      ...[...names].map((metric) => ({ metric, matchers: own })),
      ...(traffic.preset === 'genesis' ? [] : recorded),
    ];
  });
  return all;
}

/** How selectors name answers 5xx: `5..`, `5xx`, `5[0-9]{2}`. */
const serverErrors = /^5(\.\.|\.\*|\.\+|xx|\\d\\d|\\d\{2\}|\[0-9\]\{2\}|\[0-9\]\[0-9\])$/i;

/** Users' operations as they are counted by status, and the label of the status; `undefined` where none tells it. */
export function byStatusOf(sli: Sli): (Selector & { status: string }) | undefined {
  const { traffic } = sli;
  if (traffic.kind !== 'metrics') return undefined;
  const { operations, errors, own } = traffic;
  const status = errors.matchers.find(({ value }) => serverErrors.test(value));
  if (!status || errors.metric !== operations.metric) return undefined;
  return { ...selectorOf(sli, operations, notOwn(own)), status: status.label };
}

/** The buckets of users' durations, whose bounds are times `seconds` in seconds; `undefined` where none are exposed. */
export function durationBucketsOf(sli: Sli): (Selector & { seconds: number }) | undefined {
  const { traffic } = sli;
  if (traffic.kind !== 'metrics' || traffic.duration === undefined) return undefined;
  const { metric, matchers } = traffic.duration;
  const buckets = { metric: `${metric}_bucket`, matchers };
  return { ...selectorOf(sli, buckets, notOwn(traffic.own)), seconds: traffic.seconds };
}

/** Whether the operations are counted at all, whoever's they are. */
export function presenceOf(sli: Sli): Expression {
  const { traffic } = sli;
  if (traffic.kind === 'queries') return queried(sli, traffic.operations, sliSeries.operations, 300_000);
  return sum(gauge(selectorOf(sli, traffic.operations, [])));
}

/** Whether values say of which service they are; those of the reference Genesis are of both of its services. */
export const tellsServices = (naming: Pick<SignalNaming, 'prefix' | 'slis' | 'isGenesis'>): boolean =>
  slisOf(naming).length > 1 || naming.isGenesis === false;

/** One value for each service, told apart by the label `service` where they say which it is. */
export function eachService(
  naming: SignalNaming,
  readingOf: (sli: Sli, windowMs: number) => Expression | undefined,
  isLabelled = tellsServices(naming),
): Expression | undefined {
  const values = slisOf(naming).flatMap((sli) => {
    const value = readingOf(sli, liveWindowOf(sli, naming));
    return value ? [isLabelled ? labelled(value, 'service', sli.service) : value] : [];
  });
  return values.length === 0 ? undefined : values.reduce(or);
}
