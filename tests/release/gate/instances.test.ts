import { describe, expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { kindsOf } from '../../../src/release/gate/answer-kinds.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import { instanceEvidence } from '../../../src/release/gate/instance-evidence.ts';
import { asking, deployedMs, greenEvidence, minute, second, setup } from './green.ts';

const config = validateConfig(
  {
    services: {
      shop: { url: 'http://shop.example.com', metrics: '/metrics', traffic: 'prom-client' },
    },
    probes: [{ type: 'http', url: '/' }],
  },
  'vigil.config.ts',
);
const rules = { ...setup, naming: namingOf(config), services: ['shop'] };
const operations = 'http_request_duration_seconds_count';

/** An instance of the shop, sampled every 15 s from 10 minutes before the deployment on. */
interface Instance {
  name: string;
  /** What it says after the deployment; undefined where nobody asked. */
  release?: string | undefined;
  /** When its process started anew, in minutes after the deployment. */
  restarts?: number[];
  /** Operations a minute, and of these 404s after the deployment. */
  perMinute?: number;
  lostPerMinute?: number;
  /** From when on users reach it, in minutes after the deployment; always where it is not said. */
  usersFrom?: number;
  /** Questions for the account a minute, and when one of them was answered 500, in minutes after the deployment. */
  accountPerMinute?: number;
  failed?: number[];
  /** 500 unless it is said. */
  failedWith?: string;
  /** The status under which a watch records successes, by minutes after the deployment; without it a store has the counters. */
  recordedAs?: (minutes: number) => string;
}

function sampled(instances: readonly Instance[], minutes: number) {
  const source = new MemorySource();
  for (const instance of instances) {
    const { name, release, restarts = [], perMinute = 0, lostPerMinute = 0 } = instance;
    const { accountPerMinute = 0, failed = [], failedWith = '500', recordedAs, usersFrom = -10 } = instance;
    let accounts = 500;
    const labels = { job: 'shop', service: 'shop', instance: name };
    let [ok, lost] = [1000, 0];
    for (
      let timeMs = deployedMs - 10 * minute;
      timeMs <= deployedMs + minutes * minute;
      timeMs += 15 * second
    ) {
      const add = (metric: string, own: object, value: number) =>
        source.add(metric, { ...labels, ...own }, { timeMs, value });
      const isAfter = timeMs > deployedMs;
      const started = restarts.filter((at) => deployedMs + at * minute <= timeMs).length;
      add('up', {}, 1);
      add('process_start_time_seconds', {}, 1_700_000_000 + 60 * started);
      ok += (perMinute - (isAfter ? lostPerMinute : 0)) / 4;
      lost += isAfter ? lostPerMinute / 4 : 0;
      add(operations, { status_code: '200' }, ok);
      // A counter begins with the first of them.
      if (lost > 0) add(operations, { status_code: '404' }, lost);
      const addAccount = (status: string, value: number) => {
        const success = recordedAs?.((timeMs - deployedMs) / minute);
        if (!success)
          return add(operations, { method: 'GET', route: '/account', status_code: status }, value);
        const recorded = status === '200' ? success : status;
        return add('vigil_route_answers_total', { route: 'GET /account', status: recorded }, value);
      };
      const failures = failed.filter((at) => deployedMs + at * minute <= timeMs).length;
      if (timeMs >= deployedMs + usersFrom * minute) accounts += accountPerMinute / 4;
      if (accountPerMinute > 0) addAccount('200', accounts);
      if (failures > 0) addAccount(failedWith, failures);
      if (release && isAfter)
        source.add(
          'vigil_instance_release',
          { job: 'vigil', service: 'shop', instance: name, release },
          { timeMs, value: 1 },
        );
    }
  }
  return source;
}

/** What the gate finds so many minutes after the deployment. */
function found(instances: readonly Instance[], minutes = 20, stageMinutes = 10) {
  const atMs = deployedMs + minutes * minute;
  const window = { fromMs: atMs - stageMinutes * minute, toMs: atMs };
  const services = ['shop'];
  const { naming, sampleIntervalMs } = rules;
  const question = { atMs, window, naming, services, deployedMs, release: 'v2', sampleIntervalMs };
  const evidence = instanceEvidence(sampled(instances, minutes), question);
  const green = greenEvidence();
  const { conditions, next } = decide(
    { ...green, signals: { ...green.signals, ...evidence } },
    { ...rules, naming: setup.naming, services: setup.services },
    { ...asking, to: 50 },
  );
  return { ...evidence, next, of: (id: string) => conditions.find((one) => one.id === id) };
}

const base = { name: 'base', release: 'v1', perMinute: 400 };

test('an instance of the release that restarts again and again keeps the gate shut, and is named first', () => {
  const crashes = { name: 'next', release: 'v2', restarts: [40, 58] };
  const { of, next } = found([base, crashes], 70);
  expect(of('restarts')).toMatchObject({
    outcome: 'fail',
    cause: 'shop at next restarted 2 times, last at 2026-01-05T00:58:00Z',
  });
  expect(next).toContain('First, shop at next restarted 2 times');
  // It must run for twice as long as it did, which is more than one soak.
  const began = 58 * minute - 15 * second;
  expect(of('restarts')?.askAgainAtMs).toBe(deployedMs + 58 * minute + began);
});

test('one restart is what happens to an instance that is moved, and one of each is not', () => {
  const moved = { name: 'next', release: 'v2', restarts: [65] };
  const other = { name: 'other', release: 'v2' };
  expect(found([base, moved, other], 70).of('restarts')?.outcome).toBe('pass');
  // The release before is not judged by it.
  expect(found([{ ...base, restarts: [62, 64, 66] }, moved, other], 70).of('restarts')?.outcome).toBe('pass');
  expect(found([base, moved, { ...other, restarts: [66] }], 70).of('restarts')?.outcome).toBe('fail');
  // What lies further back than a soak is over.
  expect(
    found([base, { ...moved, restarts: [10] }, { ...other, restarts: [11] }], 70).of('restarts')?.outcome,
  ).toBe('pass');
});

test('the start by which the release came to an instance is no restart', () => {
  // It says the release from its first sample after the deployment on.
  const { restarts } = found([{ name: 'next', release: 'v2', restarts: [0.2] }], 70);
  expect(restarts).toMatchObject([{ name: 'shop at next', restarts: 0 }]);
});

test('requests that only the release rejects are a failure, by the first of them on', () => {
  const loses = { name: 'next', release: 'v2', perMinute: 14, lostPerMinute: 0.4 };
  const { of, next, rejected } = found([base, loses]);
  expect(rejected[0]?.now.count).toBeCloseTo(8, 5);
  expect(rejected[0]?.against).toBe('other releases');
  expect(of('rejected')?.outcome).toBe('fail');
  expect(next).toContain('First, requests rejected with 404: 2.9 % on v2, 0 % on other instances');
});

test('what both releases reject alike is no failure of the new one, nor are a few', () => {
  const alike = [
    { ...base, lostPerMinute: 12 },
    { name: 'next', release: 'v2', perMinute: 200, lostPerMinute: 6 },
  ];
  expect(found(alike).of('rejected')?.outcome).toBe('pass');
  const few = [base, { name: 'next', release: 'v2', perMinute: 14, lostPerMinute: 0.1 }];
  expect(found(few).of('rejected')?.outcome).toBe('pass');
  const slight = [
    { ...base, lostPerMinute: 4 },
    { name: 'next', release: 'v2', perMinute: 4000, lostPerMinute: 55 },
  ];
  expect(found(slight).of('rejected')?.outcome).toBe('pass');
});

describe('errors of a route', () => {
  const old = { ...base, accountPerMinute: 4 };
  const next = { name: 'next', release: 'v2', perMinute: 100, accountPerMinute: 1 };

  test('twice what the release before never gave there is a failure, and the route is named first', () => {
    const { of, next: first } = found([old, { ...next, failed: [8, 15] }]);
    expect(of('routeErrors')).toMatchObject({
      outcome: 'fail',
      cause: 'GET /account answers 500: 2 of 22 on v2, 0 of 130 on other instances',
    });
    expect(first).toContain('First, GET /account answers 500');
  });

  test.each([
    ['once', [old, { ...next, failed: [8] }]],
    ['at one moment, such as the switch', [old, { ...next, failed: [8, 8.1, 8.2] }]],
    [
      'as often as of the release before',
      [
        { ...old, failed: [8, 12, 15] },
        { ...next, failed: [8, 15] },
      ],
    ],
    ['seldom on a busy route', [old, { ...next, accountPerMinute: 400, failed: [8, 15] }]],
    ['on a route that only the release has', [base, { ...next, failed: [8, 15] }]],
    [
      'less often than of the release before since users reach the release, and more often than of that in all',
      [
        { ...old, accountPerMinute: 40, failed: Array.from({ length: 100 }, (_, index) => 18 + index / 50) },
        {
          ...next,
          perMinute: 0,
          usersFrom: 18,
          accountPerMinute: 12,
          failed: Array.from({ length: 10 }, (_, index) => 18 + index / 5),
        },
      ],
    ],
    [
      'as often as of the release before since users reach the release, and more often than of that in all',
      [
        { ...old, accountPerMinute: 40, failed: Array.from({ length: 32 }, (_, index) => 18 + index / 16) },
        {
          ...next,
          perMinute: 0,
          usersFrom: 18,
          accountPerMinute: 12,
          failed: Array.from({ length: 10 }, (_, index) => 18 + index / 5),
        },
      ],
    ],
  ])('%s it is none', (_when, instances) => {
    expect(found(instances).of('routeErrors')?.outcome).toBe('pass');
  });
});

describe('redirects of a route', () => {
  const old = { ...base, accountPerMinute: 4 };
  const next = { name: 'next', release: 'v2', perMinute: 100, accountPerMinute: 1, failedWith: '302' };
  const redirects = { ...next, failed: [8, 15] };

  test('twice where the release before answered hold it, and the route is named first', () => {
    const { of, next: first } = found([old, redirects]);
    expect(of('routeRedirects')).toMatchObject({
      outcome: 'fail',
      cause: 'GET /account answers 302: 2 of 22 on v2, 0 of 130 on other instances',
    });
    expect(first).toContain('First, GET /account answers 302');
    expect(of('routeErrors')?.outcome).toBe('pass');
    expect(of('rejected')?.outcome).toBe('pass');
  });

  test.each([
    ['304, which is a success', [old, { ...redirects, failedWith: '304' }]],
    ['a class that may be 304', [old, { ...redirects, failedWith: '3xx' }]],
    ['at one moment, such as the switch', [old, { ...next, failed: [8, 8.1, 8.2] }]],
    [
      'another redirect than that of the release before',
      [{ ...old, accountPerMinute: 0, failed: [1, 4, 8, 12], failedWith: '301' }, redirects],
    ],
    ['on a route that only the release has', [base, { ...redirects, accountPerMinute: 0 }]],
  ])('%s: none', (_what, instances) => {
    expect(found(instances).of('routeRedirects')?.outcome).toBe('pass');
  });

  test('they are compared with successes, not with failures', () => {
    const { rejected } = found([{ ...old, failed: [2, 4, 6] }, redirects]);
    expect(rejected[0]?.kinds).toMatchObject([{ status: '302', others: { count: 0, of: 130 } }]);
  });

  test('without routes none are looked at', () => {
    const all = { key: 'shop next', route: '', status: '302', count: 5, seenMs: [0, minute] };
    expect(kindsOf([all], [], [], [])).toEqual([]);
    expect(kindsOf([{ ...all, route: 'GET /' }], [], [], [])).toHaveLength(1);
  });

  test('nothing is concluded from sums of an earlier version, which have redirects among successes', () => {
    const since = (minutes: number) => [
      { ...old, recordedAs: (at: number) => (at < minutes ? 'other' : '2xx') },
      { ...redirects, recordedAs: () => '2xx' },
    ];
    expect(found(since(-10)).of('routeRedirects')?.outcome).toBe('fail');
    expect(found(since(30)).of('routeRedirects')?.outcome).toBe('pass');
    // What began as a series of its own under way did not begin at nothing.
    expect(found(since(10)).rejected[0]?.kinds[0]?.others.of).toBeCloseTo(50, 5);
  });
});

test('a few rejections of a route that others never reject there are a failure, however many operations there are', () => {
  const old = { ...base, accountPerMinute: 4 };
  const next = { name: 'next', release: 'v2', perMinute: 100, accountPerMinute: 1, failedWith: '403' };
  const { of } = found([old, { ...next, failed: [3, 8, 12, 15] }]);
  expect(of('rejected')).toMatchObject({
    outcome: 'fail',
    cause: 'requests rejected: GET /account answers 403: 4 of 24 on v2, 0 of 130 on other instances',
  });
  expect(found([old, { ...next, failed: [8, 15] }]).of('rejected')?.outcome).toBe('pass');
});

test('where nobody says a release, or all say the new one, the time before the deployment is compared', () => {
  const all = { name: 'one', perMinute: 100, lostPerMinute: 3 };
  for (const release of [undefined, 'v2']) {
    const { rejected, of } = found([{ ...all, release }]);
    expect(rejected[0]?.against).toBe('before');
    expect(of('rejected')).toMatchObject({ outcome: 'fail' });
    expect(of('rejected')?.detail).toContain('0 of 1,000 before the deployment, most of them 404');
  }
});
