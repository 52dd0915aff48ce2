import { expect, test } from 'vitest';
import { severityOf } from '../../../src/alerts/rules/rule.ts';
import { violationsOf } from '../../../src/alerts/rules/violations.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import type { SignalValues } from '../../../src/alerts/signals/reading.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { definition } from '../../suite/run/suite-folder.ts';

const table: ThresholdTable = structuredClone(thresholds);
const stamp = { timestamp: '2026-01-01T00:00:00.000Z', cycle: 'c1' };
const failed = (more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  id: 'T01',
  title: 'counts',
  group: 'health',
  outcome: 'fail',
  executed: true,
  reason: 'count 11 (must be < 10); next: count again\nstack',
  measurements: [],
  definition: definition('T01'),
  ...more,
});
const of = (values: SignalValues, outcomes: CheckOutcome[] = [], down?: string) =>
  violationsOf(
    { outcomes, values, down: down === undefined ? undefined : { summary: down, next: 'start it' } },
    table,
    stamp,
  );

test.for([
  ['TestPassRateDegrading', 'passRate', 0.99, 0.9899, 'warning', 'P2', 600],
  ['TestPassRateLow', 'passRate', 0.98, 0.9799, 'critical', 'P1', 300],
  ['HighErrorRate', 'errorRatio', 0.001, 0.0010001, 'critical', 'P1', 120],
  ['HighLatencyP95', 'latencyP95', 0.2, 0.2001, 'critical', 'P1', 300],
  ['HighMemoryUsage', 'memoryUsed', 0.8, 0.801, 'warning', 'P2', 600],
  ['HighCPUUsage', 'cpuUsed', 0.8, 0.801, 'warning', 'P2', 600],
  ['HighDiskUsage', 'diskUsed', 0.9, 0.901, 'warning', 'P2', 600],
  ['HTDAGDecompositionSlow', 'htdagMean', 0.15, 0.1501, 'warning', 'P3', 600],
  ['HALORoutingSlow', 'haloMean', 0.13, 0.1301, 'warning', 'P3', 600],
  ['AOPValidationSlow', 'aopMean', 0.1, 0.1001, 'warning', 'P3', 600],
  ['SystemThroughputDegraded', 'throughput', 4, 3.999, 'warning', 'P3', 600],
] as const)(
  '%s is silent at its limit and speaks just past it',
  ([name, signal, at, past, severity, priority, held]) => {
    const named = (value: number) => of({ [signal]: value }).find(({ alertname }) => alertname === name);
    expect(named(at)).toBeUndefined();
    expect(named(Number.NaN)).toBeUndefined();
    expect(named(past)).toMatchObject({
      severity,
      priority,
      for_seconds: held,
      value: past,
      check: null,
      ...stamp,
    });
  },
);

test('an error ratio and a P95 of too few operations violate nothing', () => {
  const values = { errorRatio: 0.05, latencyP95: 3 };
  const names = (operations: number, errors: number) =>
    violationsOf(
      { outcomes: [], values, live: { operations, errors, seconds: 300, latencyP95: 3, since: '' } },
      table,
      stamp,
    ).map(({ alertname }) => alertname);
  expect(names(20, 1)).toEqual([]);
  expect(names(99, 4)).toEqual(['HighErrorRate']);
  expect(names(100, 3)).toEqual(['HighLatencyP95']);
  expect(names(1000, 50)).toEqual(['HighErrorRate', 'HighLatencyP95']);
});

test('throughput is held against a limit only where one is configured', () => {
  const names = (limitsThroughput: boolean) =>
    violationsOf({ outcomes: [], values: { throughput: 1 } }, table, stamp, {
      ...defaultNaming,
      limitsThroughput,
    }).map(({ alertname }) => alertname);
  expect(names(true)).toEqual(['SystemThroughputDegraded']);
  expect(names(false)).toEqual([]);
});

test('a signal that wasn’t observed violates nothing', () => {
  expect(of({})).toEqual([]);
});

test('a pass rate under both limits violates both', () => {
  expect(of({ passRate: 0.95 }).map(({ alertname }) => alertname)).toEqual([
    'TestPassRateLow',
    'TestPassRateDegrading',
  ]);
});

test('an alert carries its value, its limit and a runbook', () => {
  expect(of({ latencyP95: 0.412 })[0]).toMatchObject({
    summary: 'P95 latency 412 ms (> 200 ms)',
    threshold: '> 200 ms',
    unit: 'seconds',
    runbook: 'docs/incident-response.md#highlatencyp95',
  });
});

test('limits of the configuration are the ones that are judged', () => {
  const own: ThresholdTable = {
    ...table,
    latencyP95: { ...table.latencyP95, critical: { operator: '>', value: 1 } },
  };
  expect(violationsOf({ outcomes: [], values: { latencyP95: 0.5 } }, own, stamp)).toEqual([]);
});

test('a failed check is a violation with its first line, its worst number and its next step', () => {
  const bound = { operator: '<', value: 10 } as const;
  const measurements = [
    { name: 'fine', value: 1, unit: 'count', bound } as const,
    { name: 'count', value: 11, unit: 'count', bound } as const,
  ];
  expect(of({}, [failed({ measurements })])[0]).toMatchObject({
    alertname: 'HealthCheckFailed',
    check: 'T01',
    value: 11,
    threshold: '< 10',
    summary: 'T01 counts: count 11 (must be < 10)',
    next: 'count again',
    runbook: 'docs/checks.md#t01-counts',
  });
});

test('a number that is none is not told as one', () => {
  const bound = { operator: '<', value: 10 } as const;
  const measurements = [{ name: 'count', value: Number.NaN, unit: 'count', bound } as const];
  expect(of({}, [failed({ measurements })])[0]).toMatchObject({ value: null, threshold: null });
});

test('what passed, was skipped or is unknown is no violation of its own', () => {
  for (const outcome of ['pass', 'skipped', 'unknown'] as const) {
    expect(of({}, [failed({ outcome })])).toEqual([]);
  }
});

test('the gravest stands first, and a failed check before the pass rate that it lowers', () => {
  const names = of(
    { passRate: 0.9, errorRatio: 0.5, htdagMean: 9 },
    [failed()],
    'the target does not answer: x',
  ).map(({ alertname, priority }) => `${priority} ${alertname}`);
  expect(names).toEqual([
    'P0 ServiceDown',
    'P1 HealthCheckFailed',
    'P1 TestPassRateLow',
    'P1 HighErrorRate',
    'P2 TestPassRateDegrading',
    'P3 HTDAGDecompositionSlow',
  ]);
});

test('a target that is down says why', () => {
  expect(of({}, [], 'the target can’t be scraped: malformed')[0]).toMatchObject({
    severity: 'critical',
    summary: 'the target can’t be scraped: malformed',
    next: 'start it',
    for_seconds: 60,
  });
});

test('P0 and P1 are critical, P2 and P3 warnings, P4 is information', () => {
  expect((['P0', 'P1', 'P2', 'P3', 'P4'] as const).map(severityOf)).toEqual([
    'critical',
    'critical',
    'warning',
    'warning',
    'info',
  ]);
});

test('a check that says nothing of itself is critical, and its message is all there is', () => {
  const { definition: _, ...bare } = failed({ reason: 'it is down\nstack' });
  expect(of({}, [bare])).toStrictEqual([
    {
      ...stamp,
      alertname: 'HealthCheckFailed',
      severity: 'critical',
      priority: 'P1',
      check: 'T01',
      value: null,
      unit: null,
      threshold: null,
      for_seconds: 0,
      summary: 'T01: it is down',
      next: 'read the check’s message',
      runbook: '',
    },
  ]);
  const { reason: __, ...silent } = bare;
  expect(of({}, [silent])[0]?.summary).toBe('T01: failed');
});

test('a service that is down stands before all else, the rest by priority', () => {
  const low = { ...definition('T02'), priority: 'P3', severity: 'warning' } as const;
  const found = of({ passRate: 0.95 }, [failed({ id: 'T02', definition: low }), failed()], 'planner is down');
  expect(found.map(({ alertname, priority }) => `${priority} ${alertname}`)).toEqual([
    'P0 ServiceDown',
    'P1 HealthCheckFailed',
    'P1 TestPassRateLow',
    'P2 TestPassRateDegrading',
    'P3 HealthCheckFailed',
  ]);
  expect(found[0]).toMatchObject({
    severity: 'critical',
    value: 0,
    unit: 'ratio',
    threshold: null,
    check: null,
    for_seconds: thresholds.uptime.critical.forSeconds,
    summary: 'planner is down',
    runbook: expect.stringContaining('servicedown'),
  });
});
