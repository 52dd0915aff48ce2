import {
  byStatusOf,
  grown,
  instanceKey,
  isSuccess,
  lookBackMs,
  routeAnswersMetric,
  routeOf,
  type SampleSource,
  type Series,
  type Sli,
} from '../../alerts/index.ts';
import type { Period } from './plan.ts';

/** Whether a status says that a request was rejected: `404`, `4xx`. */
export const isRejection = (status: string): boolean => /^4(\d\d|xx)$/i.test(status);
/** Whether it says that the service failed: `500`, `5xx`. */
export const isServerError = (status: string): boolean => /^5(\d\d|xx)$/i.test(status);
/** Whether it sends the caller elsewhere: `302`, `301 or 302`; of a sum `3xx` nobody knows how many were 304. */
export const isRedirect = (status: string): boolean => /^3(?!04)\d\d/.test(status);

export const freshPoints = ({ points }: Series) => points.filter(({ stale }) => !stale);

/** Users' operations of one instance that ended alike within a time. */
export interface Answers {
  key: string;
  /** What was asked for, `GET /account`; empty where no label says it. */
  route: string;
  status: string;
  count: number;
  /** When they were first seen. */
  seenMs: readonly number[];
}

/** By how much a counter grew within a time; one that begins in it began at nothing, if its process was seen before. */
function grownIn(series: Series, { fromMs, toMs }: Period, isSeenBefore: boolean) {
  const points = freshPoints(series);
  const before =
    points.findLast(({ timeMs }) => timeMs <= fromMs) ?? (isSeenBefore ? { value: 0 } : undefined);
  const within = points.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs);
  const first = before ?? within[0];
  const isGrown = ({ value }: { value: number }, index: number) =>
    value !== (index === 0 ? first : within[index - 1])?.value;
  return {
    count: grown(before ? [before, ...within] : within),
    seenMs: within.filter(isGrown).map(({ timeMs }) => timeMs),
  };
}

/** What users' operations came to within a time; `undefined` where they are not counted by status. */
export function answersIn(source: SampleSource, sli: Sli, period: Period): Answers[] | undefined {
  const counted = byStatusOf(sli);
  if (!counted) return undefined;
  const fromMs = period.fromMs - lookBackMs;
  const ups = source.series('up', sli.where, fromMs, period.toMs);
  const firstSeen = new Map(ups.map((series) => [instanceKey(series), freshPoints(series)[0]?.timeMs]));
  // A watch records routes apart from the sums; a store has them as labels of the operations themselves.
  const apart = source.series(routeAnswersMetric, sli.where, fromMs, period.toMs);
  const isApart = apart.length > 0;
  // Before redirects were recorded apart, they were with the successes in one sum, `other`.
  const fromSum = new Set(apart.filter(({ labels }) => labels.status === 'other').map(instanceKey));
  const found = isApart ? apart : source.series(counted.metric, counted.matchers, fromMs, period.toMs);
  return found.flatMap((series): Answers[] => {
    const key = instanceKey(series);
    const beganMs = freshPoints(series)[0]?.timeMs;
    if (beganMs === undefined) return [];
    const status = series.labels[isApart ? 'status' : counted.status] ?? '';
    const isFromSum = fromSum.has(key) && (isSuccess(status) || isRedirect(status));
    const seen = grownIn(series, period, !isFromSum && (firstSeen.get(key) ?? beganMs) < beganMs);
    return [{ key, route: (isApart && series.labels.route) || routeOf(series.labels), status, ...seen }];
  });
}

/** So many answers of so many. */
export interface Part {
  count: number;
  of: number;
}

/** How many answers there are. */
export const countAnswers = (answers: readonly Answers[]): number =>
  answers.reduce((sum, { count }) => sum + count, 0);

/** How many of the answers have such a status. */
export const partWith = (answers: readonly Answers[], isMeant: (status: string) => boolean): Part => ({
  count: countAnswers(answers.filter(({ status }) => isMeant(status))),
  of: countAnswers(answers),
});

/** Answers of the release by one route and status, beside those of others to the same route. */
export interface AnswerKind {
  route: string;
  status: string;
  now: Part;
  others: Part;
  /** Of others since users reach the release alone. */
  alongside: Part;
  /** Between the first and the last time that it was seen. */
  spanMs: number;
}

/** How many answers of a route have a status; all of its redirects count as one, and among redirects and successes only. */
function partOf(answers: readonly Answers[], route: string, status: string): Part {
  const part: Part = { count: 0, of: 0 };
  for (const one of answers) {
    const isOther = isRedirect(status) && !isRedirect(one.status) && !isSuccess(one.status);
    if (one.route !== route || isOther) continue;
    part.of += one.count;
    if (one.status === status || (isRedirect(status) && isRedirect(one.status))) part.count += one.count;
  }
  return part;
}

/** Those of other instances at the same time; where they gave none of it, with the time before, which shows that they never do. */
function othersOf(meanwhile: Part, before: Part): Part {
  return meanwhile.count > 0
    ? meanwhile
    : { count: meanwhile.count + before.count, of: meanwhile.of + before.of };
}

/** The kinds of answers 4xx and 5xx that the release gave, and its redirects, those of a route as one kind. */
export function kindsOf(
  now: readonly Answers[],
  meanwhile: readonly Answers[],
  before: readonly Answers[],
  alongside: readonly Answers[],
): AnswerKind[] {
  // Without a route, redirects of all of them together are how a login or an old address works.
  const isOfNote = ({ route, status, count }: Answers) =>
    count > 0 && (isRejection(status) || isServerError(status) || (route !== '' && isRedirect(status)));
  const groups = Map.groupBy(
    now.filter(isOfNote),
    ({ route, status }) => `${isRedirect(status) ? 'redirect' : status} ${route}`,
  );
  return [...groups].map(([, group]) => {
    const route = group[0]?.route ?? '';
    const status = [...new Set(group.map((one) => one.status))].sort().join(' or ');
    const times = group.flatMap(({ seenMs }) => seenMs);
    return {
      route,
      status,
      now: partOf(now, route, status),
      others: othersOf(partOf(meanwhile, route, status), partOf(before, route, status)),
      alongside: partOf(alongside, route, status),
      spanMs: times.length === 0 ? 0 : Math.max(...times) - Math.min(...times),
    };
  });
}

/** Answers by which a route failed where the deployed release has no part in it. */
export interface OtherFailures {
  route: string;
  status: string;
  /** By other instances since the deployment. */
  meanwhile: Part;
  /** By all instances before it. */
  before: Part;
}

/** The kinds of answers 5xx that others give. */
export function failuresOfOthers(meanwhile: readonly Answers[], before: readonly Answers[]): OtherFailures[] {
  const failures = [...meanwhile, ...before].filter(
    ({ status, count }) => count > 0 && isServerError(status),
  );
  const kinds = new Map(failures.map(({ route, status }) => [`${status} ${route}`, { route, status }]));
  return [...kinds.values()].map(({ route, status }) => ({
    route,
    status,
    meanwhile: partOf(meanwhile, route, status),
    before: partOf(before, route, status),
  }));
}
