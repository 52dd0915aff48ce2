import { expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { defaultNaming, type SignalNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { trafficOf } from '../../../src/core/index.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openJudge } from '../../../src/monitor/loop/judge.ts';

const minute = 60_000;

const judgeOf = (naming: SignalNaming) =>
  openJudge({
    table: thresholds,
    naming,
    baseline: new Map(),
    evaluationIntervalMs: 15_000,
    cycleIntervalMs: 5 * minute,
  });

/** Readings after 5 min in which so many slow operations came every 15 s, and every so many of these periods one failed. */
function readings(operations: number, errorEvery: number) {
  const source = new MemorySource();
  for (let step = 0; step <= 20; step += 1) {
    const timeMs = step * 15_000;
    source.add('genesis_operations_total', {}, { timeMs, value: step * operations });
    for (const le of ['0.5', '1', '+Inf'])
      source.add(
        'genesis_operation_duration_seconds_bucket',
        { le },
        { timeMs, value: le === '0.5' ? 0 : step * operations },
      );
    source.add(
      'genesis_errors_total',
      { category: 'internal' },
      { timeMs, value: Math.floor(step / errorEvery) },
    );
  }
  const { observations } = judgeOf(defaultNaming).observe(source, 5 * minute, undefined, false);
  const stateOf = (name: string, trigger?: string) =>
    observations.find(({ rule, labels }) => rule === name && labels?.trigger === trigger)?.reading.state;
  return {
    alert: stateOf('HighErrorRate'),
    rollback: stateOf('RollbackRequired', 'error_ratio'),
    slow: [stateOf('HighLatencyP95'), stateOf('RollbackRequired', 'latency_p95')],
  };
}

test('one error of few operations is neither an alert nor a reason to roll back; several, or one of many, are judged', () => {
  expect(readings(1, 20)).toMatchObject({ alert: 'unknown', rollback: 'unknown' });
  expect(readings(1, 2)).toMatchObject({ alert: 'breached', rollback: 'breached' });
  expect(readings(1000, 20)).toMatchObject({ alert: 'clear', rollback: 'clear' });
  // Few operations without an error end what fired before.
  expect(readings(1, 1000)).toMatchObject({ alert: 'clear', rollback: 'clear' });
});

test('a P95 of few operations is neither an alert nor a reason to roll back', () => {
  expect(readings(4, 1000).slow).toEqual(['unknown', 'unknown']);
  expect(readings(5, 1000).slow).toEqual(['breached', 'breached']);
});

function withoutSearch() {
  const source = new MemorySource();
  const labels = { job: 'api', status_code: '200' };
  source.add('http_request_duration_seconds_count', labels, { timeMs: 5 * minute, value: 1 });
  return source;
}

test('of several services each needs its own operations', () => {
  const naming: SignalNaming = {
    ...defaultNaming,
    slis: ['api', 'search'].map((service) => ({
      service,
      where: [{ label: 'job', operator: '=', value: service }],
      traffic: trafficOf('prom-client', 'vigil'),
      subtractsOwn: false,
    })),
  };
  const source = new MemorySource();
  for (let step = 0; step <= 20; step += 1) {
    const point = (value: number) => ({ timeMs: step * 15_000, value });
    source.add('http_request_duration_seconds_count', { job: 'api', status_code: '200' }, point(step));
    source.add(
      'http_request_duration_seconds_count',
      { job: 'api', status_code: '500' },
      point(Math.floor(step / 20)),
    );
    source.add(
      'http_request_duration_seconds_count',
      { job: 'search', status_code: '200' },
      point(step * 900),
    );
  }
  const { observations } = judgeOf(naming).observe(source, 5 * minute, undefined, false);
  const states = (name: string) =>
    observations.filter(({ rule }) => rule === name).map(({ reading }) => reading.state);
  expect(states('HighErrorRate')).toEqual(['unknown', 'clear']);
  expect(states('ObservabilityMetricsMissing')).toEqual(['clear', 'clear']);
  const later = judgeOf(naming).observe(withoutSearch(), 5 * minute, undefined, false).observations;
  const [missing] = later.filter(
    ({ rule, reading }) => rule === 'ObservabilityMetricsMissing' && reading.state === 'breached',
  );
  expect(missing?.labels).toEqual({ service: 'search' });
  expect(states('RollbackRequired')[0]).toBe('unknown');
});

/** Six hours of requests to a shop, of which every so many were refused, and five minutes in which others were. */
function shop(refusedEvery: number, refusedEveryNow: number, operations = 30) {
  const source = new MemorySource();
  const count = { 200: 0, 400: 0 };
  for (let step = 0; step <= 370; step += 1) {
    const every = step > 360 ? refusedEveryNow : refusedEvery;
    const refused = Math.round(operations / every);
    count[400] += refused;
    count[200] += operations - refused;
    for (const [code, value] of Object.entries(count))
      source.add(
        'http_request_duration_seconds_count',
        { status_code: code, job: 'shop' },
        { timeMs: step * minute, value },
      );
  }
  return source;
}

test.for<[string, Parameters<typeof shop>, string]>([
  ['a third is refused where one in thirty was', [30, 3], 'breached'],
  ['as many are refused as ever', [3, 3], 'clear'],
  ['a little more is refused than usual', [30, 10], 'clear'],
  ['nearly nobody asks', [30, 1, 1], 'unknown'],
])('a rise in rejected requests has a rule for any service: %s', ([, given, state]) => {
  const naming: SignalNaming = {
    prefix: 'vigil',
    windowMs: 5 * minute,
    services: 'shop',
    isGenesis: false,
    slis: [
      {
        service: 'shop',
        where: [{ label: 'job', operator: '=', value: 'shop' }],
        traffic: trafficOf('prom-client', 'vigil'),
        subtractsOwn: false,
      },
    ],
  };
  const judge = judgeOf(naming);
  const { observations } = judge.observe(shop(...given), 370 * minute, undefined, false);
  const [seen] = observations.filter(({ rule }) => rule === 'RejectedRequestsRising');
  expect(seen).toMatchObject({ labels: { service: 'shop' }, reading: { state } });
  // The reference service has two checks of it.
  expect(judgeOf(defaultNaming).rules.some(({ name }) => name === 'RejectedRequestsRising')).toBe(false);
});
