import { describe, expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { Subject } from '../../../src/release/gate/condition.ts';
import { routeLatency } from '../../../src/release/gate/conditions/latency.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import { instanceEvidence } from '../../../src/release/gate/instance-evidence.ts';
import type { DurationStep, RouteDurations } from '../../../src/release/gate/route-durations.ts';
import { routeLatencies } from '../../../src/release/gate/route-latency.ts';
import { randomFrom } from '../../soak/plan.ts';
import { asking, deployedMs, greenEvidence, minute, second, setup } from './green.ts';

const usualBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5];
const stepMs = 15 * second;

/** What the requests to a route took that ended between two scrapes, in seconds; so many minutes after the deployment. */
type Durations = (minutes: number) => readonly number[];

interface Instance {
  name: string;
  release?: string;
  /** By the path of the route; all of them `GET`. */
  routes: Record<string, Durations>;
  bounds?: readonly number[];
  /** When its process started anew, in minutes after the deployment. */
  restarted?: number;
}

const fast = Array.from({ length: 5 }, () => 0.004);
/** Twenty requests a minute, all fast. */
const isFast: Durations = () => fast;
/** One of five requests between two scrapes takes so long. */
const partly = (seconds: number): Durations => {
  const all = [...fast.slice(1), seconds];
  return () => all;
};
/** As fast as ever outside of a time, in minutes after the deployment. */
const within =
  (fromMinutes: number, toMinutes: number, during: Durations): Durations =>
  (minutes) =>
    (minutes > fromMinutes && minutes <= toMinutes ? during : isFast)(minutes);

type Form = 'recorded' | 'opentelemetry' | 'python' | 'milliseconds' | 'no route';

/** The series of one route in a store, by the labels that a library gives them. */
const labelsOf: Record<Exclude<Form, 'recorded'>, (route: string) => Record<string, string>> = {
  opentelemetry: (route) => ({
    http_route: route,
    http_request_method: 'GET',
    http_response_status_code: '200',
  }),
  python: (route) => ({ handler: route, method: 'GET' }),
  milliseconds: (route) => ({ route, method: 'GET' }),
  'no route': () => ({ code: '200' }),
};
const metrics: Record<Form, string> = {
  recorded: 'http_server_request_duration_seconds',
  opentelemetry: 'http_server_request_duration_seconds',
  python: 'http_request_duration_seconds',
  milliseconds: 'http_request_duration_milliseconds',
  'no route': 'http_server_request_duration_seconds',
};

function namingFor(form: Form) {
  const metric = metrics[form];
  const operations = `${metric}_count`;
  const traffic = { operations, errors: `${operations}{code=~"5.."}`, duration: metric };
  const services = { shop: { url: 'http://shop.example.com', metrics: '/metrics', traffic } };
  return namingOf(validateConfig({ services, probes: [{ type: 'http', url: '/' }] }, 'vigil.config.ts'));
}

/** What is known of the instances from 20 minutes before the deployment on. */
function sampled(instances: readonly Instance[], form: Form, untilMinutes: number): MemorySource {
  const source = new MemorySource();
  for (const { name, release, routes, bounds = usualBounds, restarted } of instances) {
    const labels = { job: 'shop', service: 'shop', instance: name };
    let counts: Record<string, { all: number; over: number[] }> = {};
    let hasRestarted = false;
    for (let minutes = -20; minutes <= untilMinutes; minutes += stepMs / minute) {
      const timeMs = deployedMs + minutes * minute;
      const add = (metric: string, own: Record<string, string>, value: number) =>
        source.add(metric, { ...own, ...labels }, { timeMs, value });
      if (restarted !== undefined && minutes >= restarted && !hasRestarted) {
        counts = {};
        hasRestarted = true;
      }
      const total = bounds.map(() => 0);
      for (const [path, durations] of Object.entries(routes)) {
        const count = counts[path] ?? { all: 0, over: bounds.map(() => 0) };
        counts[path] = count;
        for (const seconds of durations(minutes)) {
          count.all += 1;
          bounds.forEach((bound, at) => {
            if (seconds > bound) count.over[at] = (count.over[at] ?? 0) + 1;
          });
        }
        if (count.all === 0) continue;
        const route = `GET ${path}`;
        if (form === 'recorded') {
          add('vigil_route_durations_total', { route }, count.all);
          count.over.forEach((over, at) => {
            total[at] = (total[at] ?? 0) + over;
            if (over > 0) add('vigil_route_slow_total', { route, over: String(bounds[at]) }, over);
          });
          continue;
        }
        const own = labelsOf[form](path);
        const le = (bound: number) => String(form === 'milliseconds' ? bound * 1000 : bound);
        bounds.forEach((bound, at) => {
          add(`${metrics[form]}_bucket`, { ...own, le: le(bound) }, count.all - (count.over[at] ?? 0));
        });
        add(`${metrics[form]}_bucket`, { ...own, le: '+Inf' }, count.all);
      }
      if (form === 'recorded')
        total.forEach((value, at) => {
          add('vigil_route_slow_total', { over: String(bounds[at]) }, value);
        });
      if (release && minutes > 0)
        source.add(
          'vigil_instance_release',
          { service: 'shop', instance: name, release },
          { timeMs, value: 1 },
        );
    }
  }
  return source;
}

/** What the gate finds so many minutes after the deployment, in a stage of 10 minutes. */
function found(instances: readonly Instance[], form: Form = 'recorded', minutes = 20) {
  const atMs = deployedMs + minutes * minute;
  const window = { fromMs: atMs - 10 * minute, toMs: atMs };
  const question = { atMs, window, deployedMs, release: 'v2', services: ['shop'], sampleIntervalMs: stepMs };
  const evidence = instanceEvidence(sampled(instances, form, minutes), {
    ...question,
    naming: namingFor(form),
  });
  const green = greenEvidence();
  const { conditions, next } = decide({ ...green, signals: { ...green.signals, ...evidence } }, setup, {
    ...asking,
    to: 50,
  });
  return { ...evidence, next, latency: conditions.find(({ id }) => id === 'routeLatency') };
}

const others = { '/': isFast, '/account': isFast, '/cart': isFast };
const old: Instance = { name: 'base', release: 'v1', routes: { ...others, '/search': isFast } };
/** The new release, from a minute after its deployment on. */
const next = (search: Durations, more: Partial<Instance> = {}): Instance => ({
  name: 'next',
  release: 'v2',
  ...more,
  routes: Object.fromEntries(
    Object.entries({ ...others, '/search': search, ...more.routes }).map(([path, durations]) => [
      path,
      (minutes: number) => (minutes < 1 ? [] : durations(minutes)),
    ]),
  ),
});

describe('a route that is slow on the release and fast on others', () => {
  test('keeps the gate shut, and is named first with its bound and both sides', () => {
    const { latency, next: first } = found([old, next(partly(0.8))]);
    expect(latency).toMatchObject({
      outcome: 'fail',
      cause:
        'GET /search is slow: 74 of 370 requests over 500 ms on v2; 0 of 790 over 250 ms on other instances and before the deployment',
    });
    expect(first).toContain('First, GET /search is slow');
    expect(first).toContain('find what makes GET /search slow, and hold the rollout');
  });

  test('is found by few requests', () => {
    const seldom = (minutes: number) => (minutes % 1 === 0 ? [minutes % 3 === 0 ? 0.8 : 0.004] : []);
    const { latency } = found([
      { ...old, routes: { '/search': (minutes) => (minutes % 1 === 0 ? [0.004, 0.004] : []) } },
      { name: 'next', release: 'v2', routes: { '/search': (at) => (at < 1 ? [] : seldom(at)) } },
    ]);
    expect(latency?.detail).toContain('GET /search is slow: 6 of 19 requests');
  });

  test('where others took half as long it is not told by that bound, but by one above', () => {
    const slow = { ...old, routes: { ...old.routes, '/search': partly(0.6) } };
    expect(found([slow, next(partly(0.9))]).latency?.outcome).toBe('pass');
    expect(found([slow, next(partly(4))]).latency?.detail).toContain('over 2.5 s on v2');
  });

  test('on one instance of several is told with its name', () => {
    const { latency } = found([old, next(isFast), next(partly(0.8), { name: 'next-2' })]);
    expect(latency?.detail).toContain('on v2, all on shop at next-2;');
  });

  test('is compared with the time before the deployment where nobody says a release', () => {
    const routes = { ...others, '/search': within(0, 99, partly(0.8)) };
    const { latency } = found([{ name: 'one', routes }]);
    expect(latency?.detail).toContain('before the deployment');
    expect(latency?.outcome).toBe('fail');
  });

  test.each(['opentelemetry', 'python', 'milliseconds'] as const)('is read from a store: %s', (form) => {
    const { latency } = found([old, next(partly(0.8))], form);
    expect(latency?.detail).toContain('search is slow: 74 of 370 requests over 500 ms on v2');
  });

  test('is one that starts anew as well', () => {
    const { latency } = found([old, next(partly(0.8), { restarted: 10 })]);
    // The first two scrapes after each start are left out.
    expect(latency?.detail).toContain('GET /search is slow: 71 of 355 requests');
  });
});

describe('what is no slow route', () => {
  test.each<[string, Instance[]]>([
    ['a little longer, as planned', [old, next(partly(0.16))]],
    [
      'a little longer, past a bound',
      [{ ...old, routes: { ...old.routes, '/search': partly(0.23) } }, next(partly(0.27))],
    ],
    ['as slow as others', [{ ...old, routes: { ...old.routes, '/search': partly(0.8) } }, next(partly(0.8))]],
    [
      'slow for both for a while',
      [
        { ...old, routes: { ...old.routes, '/search': within(5, 15, partly(0.8)) } },
        next(within(5, 15, partly(0.8))),
      ],
    ],
    ['a cold start', [old, next(within(0, 2, () => fast.map(() => 0.8)))]],
    [
      'a cold start after each start',
      [
        old,
        next(
          within(10, 11, () => fast.map(() => 0.8)),
          { restarted: 10 },
        ),
      ],
    ],
    ['slow once, for four minutes', [old, next(within(8, 12, () => fast.map(() => 3)))]],
    ['a long tail', [old, next((minutes) => (minutes % 2 === 0 ? [...fast, 0.8] : fast))]],
    ['two slow requests', [old, next(within(9.9, 10.1, partly(3)))]],
    ['a route that only the release has', [old, next(isFast, { routes: { '/new': partly(3) } })]],
    [
      'other bounds than those of the release before',
      [{ ...old, routes: { '/search': partly(0.4) }, bounds: [0.1, 0.3, 1] }, next(partly(0.4))],
    ],
  ])('%s', (_what, instances) => {
    const { latency } = found(instances);
    expect(latency).toMatchObject({
      outcome: 'pass',
      detail: 'shop: no route of v2 is slow where others are fast',
    });
  });

  test('without a route in the histogram nothing is judged', () => {
    expect(found([old, next(partly(3))], 'no route').latency).toBeUndefined();
  });
});

test('where most routes are slow the cause is looked for in what all of them wait for', () => {
  const slow = { '/': partly(0.8), '/account': partly(0.8), '/cart': partly(0.8) };
  const all = found([old, next(partly(3), { routes: slow })]);
  expect(all.latency?.cause).toMatch(/^4 of 4 routes are slow on v2, most of all GET \/search: 74 of 370/);
  expect(all.next).toContain('find what all of them wait for');
  const one = found([old, next(isFast), next(partly(3), { name: 'next-2', routes: slow })]);
  expect(one.latency?.cause).toContain('4 of 4 routes are slow on shop at next-2');
});

const subject: Subject = {
  ...greenEvidence(),
  ...setup,
  to: 50,
  standing: undefined,
  windowMs: 10 * minute,
  nextCycleMs: undefined,
  acceptThresholds: false,
  excused: { checks: new Map(), quarantined: new Set(), instances: new Map(), mended: new Map() },
};

describe('by chance', () => {
  /** Routes of all speeds: the median of each, in seconds; log-normal, one request in forty takes six times as long. */
  const medians = [0.02, 0.08, 0.15, 0.3, 0.6, 1.2, 0.05, 0.4];
  const drawn = (random: () => number, median: number): number =>
    median * Math.exp(0.9 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

  /** What came to each route of some instances within a time, so many requests between two scrapes. */
  function drawnDurations(
    random: () => number,
    instances: readonly string[],
    [fromMinutes, toMinutes]: readonly [number, number],
    perStep: number,
    pauses: number,
  ): RouteDurations {
    const steps = (median: number): DurationStep[] => {
      const all: DurationStep[] = [];
      for (let timeMs = fromMinutes * minute; timeMs < toMinutes * minute; timeMs += stepMs)
        for (const key of instances) {
          const paused = random() < pauses ? 2 : 0;
          const count = Array.from({ length: 4 }, random).filter((x) => x < perStep / 4).length;
          const taken = Array.from({ length: count }, () => drawn(random, median) + paused);
          const over = usualBounds.map((bound): [number, number] => [
            bound,
            taken.filter((seconds) => seconds > bound).length,
          ]);
          if (count > 0) all.push({ key, timeMs, all: count, slowerThan: new Map(over) });
        }
      return all;
    };
    return {
      routes: new Map(medians.map((median, at) => [`GET /${at}`, steps(median)])),
      bounds: new Map(instances.map((key) => [key, usualBounds])),
    };
  }

  test.each([
    ['requests by themselves', { perStep: 2, pauses: 0, meanwhile: 4 }],
    ['few requests', { perStep: 0.3, pauses: 0, meanwhile: 4 }],
    ['a process that pauses now and then', { perStep: 1, pauses: 0.01, meanwhile: 4 }],
    ['no other instances', { perStep: 1, pauses: 0, meanwhile: 0 }],
  ])('a release as fast as the one before is held once in a hundred at most: %s', (_what, shop) => {
    const { perStep, pauses, meanwhile } = shop;
    const of = (count: number, name: string) => Array.from({ length: count }, (_, at) => `shop ${name}${at}`);
    const runs = 200;
    let held = 0;
    for (let seed = 1; seed <= runs; seed += 1) {
      const random = randomFrom(seed * 7919);
      const durations = (names: string[], time: readonly [number, number]) =>
        drawnDurations(random, names, time, perStep, pauses);
      const routes = routeLatencies({
        now: durations(of(2, 'next'), [0, 20]),
        meanwhile: durations(of(meanwhile, 'base'), [0, 20]),
        before: durations(of(Math.max(2, meanwhile), 'base'), [-20, 0]),
        atMs: 20 * minute,
        sampleIntervalMs: stepMs,
      });
      const found = routeLatency({ service: 'shop', release: 'v2', routes }, subject);
      if (found.outcome !== 'pass') held += 1;
    }
    expect(held / runs).toBeLessThanOrEqual(0.01);
  });
});
