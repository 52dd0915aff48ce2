import type { Part } from './answer-kinds.ts';
import type { DurationStep, RouteDurations } from './route-durations.ts';

/** How many requests of the release took longer than a bound on one route, beside those of others. */
export interface RouteLatency {
  route: string;
  /** Seconds. */
  over: number;
  /** A lower bound, at most half of `over`: others are counted from there on, so that a little slower is not slow. */
  half: number;
  now: Part;
  /** The same without the two scrapes that have most slow ones: a pause is none. */
  steady: Part;
  /** Without the quarter of the time that has most of them: an incident that is over is none. */
  lasting: Part;
  /** Requests of others that took longer than `half`. */
  others: Part;
  against: 'other releases' | 'before' | 'other releases and before';
  /** The instances of the release that answered the route, each with its slow ones. */
  instances: readonly (Part & { key: string })[];
}

/** What the routes of a service take on the release, beside other instances or the time before. */
export interface LatencyEvidence {
  service: string;
  release: string;
  routes: readonly RouteLatency[];
}

/** Steps of the release since each instance first said it, of other instances meanwhile, and of all before the deployment. */
export interface ComparedDurations {
  now: RouteDurations;
  meanwhile: RouteDurations;
  before: RouteDurations;
  atMs: number;
  sampleIntervalMs: number;
}

const slowOf = ({ slowerThan }: DurationStep, bound: number): number => slowerThan.get(bound) ?? 0;

function partOf(steps: readonly DurationStep[], bound: number): Part {
  const part: Part = { count: 0, of: 0 };
  for (const step of steps) {
    part.count += slowOf(step, bound);
    part.of += step.all;
  }
  return part;
}

/** The steps, in the order of time, without the stretch of such a length in which most were slow. */
function withoutWorst(steps: readonly DurationStep[], bound: number, lengthMs: number): DurationStep[] {
  let worst = { count: 0, first: 0, last: -1 };
  let [first, count] = [0, 0];
  for (const [last, step] of steps.entries()) {
    count += slowOf(step, bound);
    for (let begin = steps[first]; begin && step.timeMs - begin.timeMs >= lengthMs; begin = steps[first]) {
      count -= slowOf(begin, bound);
      first += 1;
    }
    if (count > worst.count) worst = { count, first, last };
  }
  return steps.filter((_, index) => index < worst.first || index > worst.last);
}

/** Requests of other instances at the same time; where none of them was slow, or there are none, with the time before. */
function othersOf(meanwhile: Part, before: Part): Pick<RouteLatency, 'others' | 'against'> {
  if (meanwhile.count > 0) return { others: meanwhile, against: 'other releases' };
  const others = { count: before.count, of: meanwhile.of + before.of };
  if (before.of === 0) return { others, against: 'other releases' };
  return { others, against: meanwhile.of === 0 ? 'before' : 'other releases and before' };
}

/** Bounds that every instance has: a release may have other buckets than the one before. */
function commonBounds(all: readonly RouteDurations[]): number[] {
  const sets = all.flatMap(({ bounds }) => [...bounds.values()]).map((bounds) => new Set(bounds));
  const [first = new Set<number>(), ...rest] = sets;
  return [...first].filter((bound) => rest.every((one) => one.has(bound)));
}

/** Each route of the release by each bound, beside the same route of others. */
export function routeLatencies({
  now,
  meanwhile,
  before,
  atMs,
  sampleIntervalMs,
}: ComparedDurations): RouteLatency[] {
  const bounds = commonBounds([now, meanwhile, before]);
  const pairs = bounds.flatMap((over) => {
    const half = Math.max(...bounds.filter((bound) => bound <= over / 2));
    return Number.isFinite(half) ? [{ over, half }] : [];
  });
  return [...now.routes].flatMap(([route, steps]) => {
    const [first] = steps;
    if (!first) return [];
    const pauseMs = 2 * sampleIntervalMs;
    const quarterMs = Math.max(pauseMs, (atMs - first.timeMs) / 4);
    const byInstance = [...Map.groupBy(steps, ({ key }) => key)];
    return pairs.map(({ over, half }): RouteLatency => {
      const found = othersOf(
        partOf(meanwhile.routes.get(route) ?? [], half),
        partOf(before.routes.get(route) ?? [], half),
      );
      const all = partOf(steps, over);
      const without = (lengthMs: number) =>
        all.count === 0 ? all : partOf(withoutWorst(steps, over, lengthMs), over);
      return {
        route,
        over,
        half,
        now: all,
        steady: without(pauseMs),
        lasting: without(quarterMs),
        ...found,
        instances: byInstance.map(([key, own]) => ({ key, ...partOf(own, over) })),
      };
    });
  });
}
