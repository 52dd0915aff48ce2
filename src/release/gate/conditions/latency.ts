import { chanceOfMore, formatValue } from '../../../core/index.ts';
import { type Found, fail, firstOf, limitOf, pass, type Subject } from '../condition.ts';
import type { LatencyEvidence, RouteLatency } from '../route-latency.ts';
import { countsOf, partText } from './answers.ts';

/** A request is slow that takes longer than the objective of the P95 latency, but not below or above these, in seconds. */
const slowAtLeast = 0.1;
const slowAtMost = 1;
/** Fewer slow requests than this show nothing. */
const fewest = 3;
/** So many of them must lie outside of the quarter of the time that has most. */
const fewestLasting = 2;
/** So much more of its requests must be slow. */
const leastRise = 0.05;
/** How unlikely it must be by chance, divided by how many routes and bounds are compared. */
const significance = 0.01;
/** A route with fewer requests tells nothing of whether all are slow. */
const fewestOfRoute = 10;
/** The cause is common where so many of the routes are slow, of at least so many. */
const mostOfRoutes = 0.75;
const fewestRoutes = 3;

const riseOf = ({ now, others }: RouteLatency): number =>
  now.of === 0 || others.of === 0 ? 0 : now.count / now.of - others.count / others.of;

/** Whether so many took longer than the bound and others not even half of it, and whether that lasts. */
function isSlower(one: RouteLatency, level: number): boolean {
  const { now, steady, lasting, others } = one;
  if (steady.count < fewest || lasting.count < fewestLasting || others.of < 1) return false;
  if ([now, steady, lasting].some((part) => riseOf({ ...one, now: part }) < leastRise)) return false;
  return chanceOfMore(countsOf(others), countsOf(steady)) < level;
}

/** What is compared: each route by every bound past which a request is slow. */
function comparedOf({ routes }: LatencyEvidence, { table }: Subject): RouteLatency[] {
  const slow = Math.min(slowAtMost, Math.max(slowAtLeast, limitOf(table, 'latencyP95').value));
  return routes.filter(({ over }) => over >= slow);
}

/** Slow routes of the release, each by its highest bound, the worst first. */
function slowRoutes(compared: readonly RouteLatency[]): RouteLatency[] {
  // Where both sides together have too few slow requests there is nothing to find.
  const tests = compared.filter(({ steady, others }) => steady.count + others.count >= fewest).length;
  const found = compared.filter((one) => isSlower(one, significance / tests));
  const highest = [...Map.groupBy(found, ({ route }) => route).values()].map((all) =>
    all.reduce((a, b) => (b.over > a.over ? b : a)),
  );
  return highest.sort((a, b) => riseOf(b) - riseOf(a) || b.over - a.over);
}

const whereTexts: Record<RouteLatency['against'], string> = {
  'other releases': 'on other instances',
  before: 'before the deployment',
  'other releases and before': 'on other instances and before the deployment',
};

const instanceText = (key: string): string => key.trim().replace(' ', ' at ');

/** The one instance of several that has the slow requests. */
function instanceOf({ instances, now }: RouteLatency): string | undefined {
  const slow = instances.filter(({ count }) => count > 0);
  const [only] = slow;
  const isOne = slow.length === 1 && instances.some(({ count, of }) => count === 0 && of >= fewestOfRoute);
  return isOne && only && only.count === now.count ? instanceText(only.key) : undefined;
}

/** `GET /search is slow: 7 of 31 requests over 500 ms on v2, 0 of 140 over 200 ms on other instances`. */
function slowText(one: RouteLatency, { release }: LatencyEvidence): string {
  const { route, over, half, now, others, against } = one;
  const only = instanceOf(one);
  const [bound, lower] = [over, half].map((seconds) => formatValue(seconds, 'seconds'));
  return `${route} is slow: ${partText(now)} requests over ${bound} on ${release}${only ? `, all on ${only}` : ''}; ${partText(others)} over ${lower} ${whereTexts[against]}`;
}

const routesOf = (all: readonly RouteLatency[]): number => new Set(all.map(({ route }) => route)).size;

/** How many of the routes that are used enough are slow, where that is most of them. */
function commonText(
  worst: RouteLatency,
  compared: readonly RouteLatency[],
  release: string,
): string | undefined {
  const busy = compared.filter(({ now, others }) => now.of >= fewestOfRoute && others.of > 0);
  const [slow, all] = [routesOf(busy.filter((one) => riseOf(one) >= leastRise)), routesOf(busy)];
  if (all < fewestRoutes || slow < mostOfRoutes * all) return undefined;
  return `${slow} of ${all} routes are slow on ${instanceOf(worst) ?? release}`;
}

/** No route is slow on the release where it is fast on others. */
export function routeLatency(evidence: LatencyEvidence, subject: Subject): Found {
  const { service, release } = evidence;
  const compared = comparedOf(evidence, subject);
  const found = slowRoutes(compared);
  const [worst] = found;
  if (!worst) return pass(`${service}: no route of ${release} is slow where others are fast`);
  const texts = found.map((one) => slowText(one, evidence));
  const common = commonText(worst, compared, release);
  const askAgainAtMs = subject.atMs + 2 * subject.windowMs;
  if (common === undefined)
    return fail(firstOf(texts, 3), {
      cause: texts[0],
      next: `find what makes ${worst.route} slow, and hold the rollout`,
      askAgainAtMs,
    });
  const cause = `${common}, most of all ${slowText(worst, evidence).replace(' is slow:', ':')}`;
  return fail(cause, {
    cause,
    next: 'find what all of them wait for, such as a blocked event loop, garbage collection, CPU or a database, and hold the rollout',
    askAgainAtMs,
  });
}
