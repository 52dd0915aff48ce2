import { expect, test } from 'vitest';
import { incidentsOf } from '../../../src/alerts/engine/incidents.ts';
import type { Observation } from '../../../src/alerts/engine/inputs.ts';
import { initialState } from '../../../src/alerts/engine/state.ts';
import { step } from '../../../src/alerts/engine/step.ts';
import { alertText } from '../../../src/alerts/rules/alert-text.ts';
import { conditionToPromQL } from '../../../src/alerts/rules/condition.ts';
import { engineSetup } from '../../../src/alerts/rules/engine-setup.ts';
import { withOutlived } from '../../../src/alerts/rules/gone.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { observeChecks } from '../../../src/alerts/rules/observe-checks.ts';
import { observeRollback, rollbackCalls } from '../../../src/alerts/rules/observe-rollback.ts';
import { observeRules } from '../../../src/alerts/rules/observe-rules.ts';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { outcomeOf } from '../../suite/outcomes/outcome-of.ts';
import { definition } from '../../suite/run/suite-folder.ts';
import { inOrder } from '../../support/in-order.ts';

const table: ThresholdTable = structuredClone(thresholds);
const rules = alertRules(table);
const minute = 60_000;
const startMs = Date.UTC(2026, 0, 1);

const outcomes = (passed: number, failed: number, unknown = 0): CheckOutcome[] => [
  ...Array.from({ length: passed }, (_, i) => outcomeOf(`P${i}`, 'pass')),
  ...Array.from({ length: failed }, (_, i) => outcomeOf(`F${i}`, 'fail')),
  ...Array.from({ length: unknown }, (_, i) => outcomeOf(`U${i}`, 'unknown')),
];

test('a service’s counters become readings of the rules, and what has no data stays unknown', () => {
  const source = new MemorySource();
  for (let at = 0; at <= 10; at += 1) {
    const timeMs = startMs + at * 30_000;
    source.add('genesis_operations_total', { status: 'success' }, { timeMs, value: at * 300 });
    source.add('genesis_errors_total', { category: 'internal' }, { timeMs, value: at * 3 });
    source.add('genesis_errors_total', { category: 'validation' }, { timeMs, value: at * 100 });
    for (const service of ['orchestration', 'planner'])
      source.add('up', { job: `genesis-${service}`, service }, { timeMs, value: 1 });
  }
  const readings = new Map(
    observeRules(rules, source, startMs + 5 * minute).map(({ rule, reading }) => [rule, reading]),
  );
  expect(readings.get('HighErrorRate')).toMatchObject({ state: 'breached', value: expect.closeTo(0.01, 12) });
  expect(readings.get('SystemThroughputDegraded')).toMatchObject({
    state: 'clear',
    value: expect.closeTo(10, 9),
  });
  expect(readings.get('ErrorBudgetFastBurn')).toMatchObject({ state: 'clear', value: expect.closeTo(10, 9) });
  expect(readings.get('ServiceDown')).toEqual({ state: 'clear', value: 1 });
  expect(readings.get('ObservabilityMetricsMissing')).toEqual({ state: 'clear' });
  expect(readings.get('HighLatencyP95')).toEqual({ state: 'unknown' });
  expect(readings.get('TestSuiteNotRunning')).toMatchObject({ state: 'breached' });
  expect(readings.has('RollbackRequired')).toBe(false);
});

test('each service that does not answer, or is not scraped where it has metrics, is down by itself', () => {
  const [api, search] = [
    { job: 'api', service: 'api' },
    { job: 'search', service: 'search' },
  ] as const;
  const naming = { ...defaultNaming, services: 'api|mail|search', scraped: [api, search] };
  const source = new MemorySource();
  source.add('up', { ...api, instance: '1' }, { timeMs: startMs, value: 1 });
  source.add('up', { ...api, instance: '2' }, { timeMs: startMs, value: 0 });
  const down = (of: MemorySource) =>
    observeRules(alertRules(table, naming), of, startMs)
      .filter(({ rule, reading }) => rule === 'ServiceDown' && reading.state === 'breached')
      .map(({ labels }) => labels);
  expect(down(source)).toEqual([api, search]);
  // Where nothing is scraped at all, what has no metrics is not known to be down.
  expect(down(new MemorySource())).toEqual([api, search]);
});

test('each instance that does not answer is down by itself, where a service has several', () => {
  const [one, two] = ['10.0.0.1:8080', '10.0.0.2:8080/base'] as const;
  const labels = { job: 'api', service: 'api' };
  const search = { job: 'search', service: 'search' };
  const naming = {
    ...defaultNaming,
    services: 'api|search',
    scraped: [labels, search],
    instances: { api: [one, two] },
  };
  const [rule] = alertRules(table, naming).filter(({ name }) => name === 'ServiceDown');
  expect(rule && conditionToPromQL(rule.condition)).toMatch(
    inOrder(
      'min by (job, service) (up{job=~"api|search",job!~"api"}) < 1 or ',
      'min by (job, service, instance) (up{job=~"api"}) < 1 or ',
      'absent(up{job="api"})',
    ),
  );
  const source = new MemorySource();
  source.add('up', { ...labels, instance: one }, { timeMs: startMs, value: 1 });
  source.add('up', { ...labels, instance: two }, { timeMs: startMs, value: 0 });
  source.add('up', search, { timeMs: startMs, value: 1 });
  const seen = observeRules(rule ? [rule] : [], source, startMs);
  const breached = seen.filter(({ reading }) => reading.state === 'breached');
  expect(breached.map((found) => found.labels)).toEqual([{ ...labels, instance: two }]);
  const told = rule && alertText(rule, { labels: { ...labels, instance: two } });
  expect(told?.summary).toBe('Service api at 10.0.0.2:8080/base is down');
  expect(rule && alertText(rule, { labels: search }).summary).toBe('Service search is down');

  const setup = engineSetup(rule ? [rule] : [], { groupWaitMs: 0 });
  const opened = [
    { ...labels, instance: two },
    { ...labels, instance: 'gone:1' },
    { ...search, instance: one },
  ].map(
    (own): Observation => ({ rule: 'ServiceDown', labels: own, reading: { state: 'breached' }, forMs: 0 }),
  );
  const { state } = step(initialState(), { observations: opened }, startMs, setup);
  const ended = withOutlived(seen, state, rule ? [rule] : []).filter(
    ({ reading }) => reading.state === 'gone',
  );
  // What is no longer an instance, and one of a service that has none.
  expect(ended.map((found) => found.labels?.instance)).toEqual(['gone:1']);
  const whole = { ...naming, instances: { api: 'dns' as const, search: 'dns' as const } };
  const byName = alertRules(table, whole).filter(({ name }) => name === 'ServiceDown');
  const left = withOutlived(observeRules(byName, source, startMs), state, byName);
  expect(
    left.filter(({ reading }) => reading.state === 'gone').map(({ labels: own }) => own?.instance),
  ).toEqual(['gone:1']);
});

test('two services that are down are told each, as an incident of its own', () => {
  const setup = engineSetup(rules, { groupWaitMs: 0 });
  const down = (job: string): Observation => ({
    rule: 'ServiceDown',
    labels: { job },
    reading: { state: 'breached' },
    forMs: 0,
    cause: 'signal uptime',
  });
  const { notifications, state } = step(
    initialState(),
    { observations: [down('api'), down('search')] },
    startMs,
    setup,
  );
  expect(notifications.flatMap(({ alerts }) => alerts.map(({ labels }) => labels.job))).toEqual([
    'api',
    'search',
  ]);
  expect(incidentsOf(state)).toHaveLength(2);
});

test('an evaluation that fails is unknown', () => {
  const source = {
    series() {
      throw new Error('the disk is gone');
    },
  };
  const readings = observeRules(rules, source, startMs);
  expect(readings).toHaveLength(17);
  for (const { reading } of readings) expect(reading).toEqual({ state: 'unknown' });
});

test('a failed check is an alert of its own with its own priority; a skip proves nothing', () => {
  const failed = {
    ...outcomeOf('T01', 'fail'),
    definition: { ...definition('T01'), priority: 'P3', severity: 'warning' } as const,
  };
  expect(observeChecks([failed], () => false)).toEqual([
    {
      rule: 'HealthCheckFailed',
      labels: { check: 'T01', group: 'health', priority: 'P3', severity: 'warning' },
      reading: { state: 'breached' },
      isNew: false,
    },
  ]);
  const states = observeChecks([
    outcomeOf('a', 'pass'),
    outcomeOf('b', 'skipped'),
    outcomeOf('c', 'unknown'),
  ]);
  expect(states.map(({ reading }) => reading.state)).toEqual(['clear', 'unknown', 'unknown']);
});

test('that no cycle has ended is told when the first is overdue, also of a watch that begins again and again', () => {
  const stateAt = (min: number, begins: (min: number) => number) => {
    const source = new MemorySource();
    for (let at = 0; at <= min; at += 1)
      source.add(
        'vigil_watch_start_timestamp_seconds',
        { job: 'genesis-tests' },
        { timeMs: startMs + at * minute, value: startMs / 1000 + begins(at) * 60 },
      );
    const readings = observeRules(rules, source, startMs + min * minute);
    return readings.find(({ rule }) => rule === 'TestSuiteNotRunning')?.reading.state;
  };
  const once = () => 0;
  expect([stateAt(5, once), stateAt(10, once), stateAt(11, once)]).toEqual([
    'unknown',
    'unknown',
    'breached',
  ]);
  const again = (min: number) => Math.floor(min / 4) * 4;
  expect([stateAt(8, again), stateAt(30, again)]).toEqual(['unknown', 'breached']);
});

const passRate = (all: CheckOutcome[], isKnown: (id: string) => boolean = () => false) =>
  observeRollback({ values: {}, outcomes: all, isKnown }, table).find(
    ({ labels }) => labels?.trigger === 'pass_rate',
  )?.reading.state;

test.each([
  // passed, failed, unknown; 95 % of 36 are 34.2
  [35, 1, 0, 'clear'],
  [19, 1, 0, 'clear'],
  [18, 1, 0, 'breached'],
  [34, 2, 0, 'breached'],
  [34, 1, 1, 'unknown'],
  [35, 0, 1, 'clear'],
  [33, 3, 0, 'breached'],
  [30, 3, 3, 'breached'],
  [0, 0, 36, 'unknown'],
  [0, 0, 0, 'unknown'],
] as const)('%i passed, %i failed, %i unknown: the pass rate is %s', (passed, failed, unknown, expected) => {
  expect(passRate(outcomes(passed, failed, unknown))).toBe(expected);
});

test('checks that failed before the deployment don’t lower the pass rate that calls for a rollback', () => {
  expect(passRate(outcomes(33, 3), (id) => id.startsWith('F'))).toBe('clear');
  expect(passRate(outcomes(33, 3), (id) => id === 'F0')).toBe('breached');
});

test('what lies with who watches, or is in quarantine, calls for no rollback', () => {
  const failing = (more: Partial<CheckOutcome>) =>
    Array.from({ length: 5 }, (_, i) => ({ ...outcomeOf(`X${i}`, 'fail'), ...more }));
  const secret = failing({ reason: 'environment variable SHOP_TOKEN is not set' });
  expect(passRate([...outcomes(31, 0), ...secret])).toBe('unknown');
  expect(passRate([...outcomes(31, 0), ...failing({ reason: 'no live traffic in 5 min' })])).toBe('unknown');
  const quarantined = { owner: 'me', until: '2026-12-24', reason: 'races' };
  expect(passRate([...outcomes(31, 0), ...failing({ quarantined })])).toBe('clear');
  expect(passRate([...outcomes(28, 3), ...failing({ quarantined })])).toBe('breached');
});

test('a cause in the service counts with every check that it fails', () => {
  const lost = Array.from({ length: 3 }, (_, i) => ({
    ...outcomeOf(`D${i}`, 'fail'),
    reason: 'connect ECONNREFUSED 127.0.0.1:5432',
  }));
  expect(passRate([...outcomes(33, 0), ...lost])).toBe('breached');
});

test('two failing checks that are not critical call for no rollback by themselves, three do', () => {
  const minor = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...outcomeOf(`W${i}`, 'fail'),
      definition: { ...definition(`W${i}`), priority: 'P2', severity: 'warning' } as const,
    }));
  expect(passRate([...outcomes(34, 0), ...minor(2)])).toBe('clear');
  expect(passRate([...outcomes(33, 0), ...minor(3)])).toBe('breached');
  expect(passRate([...outcomes(33, 1), ...minor(2)])).toBe('breached');
  expect(passRate([...outcomes(20, 0, 1), ...minor(2)])).toBe('unknown');
});

test('the checks that judge the pass rate do not keep it low by failing themselves', () => {
  const own: CheckOutcome[] = [
    { ...outcomeOf('C05', 'fail'), group: 'monitoring' },
    { ...outcomeOf('R02', 'unknown'), group: 'rollback' },
  ];
  expect(passRate([...outcomes(22, 0), ...own])).toBe('clear');
  expect(passRate([...outcomes(20, 2), ...own])).toBe('breached');
  for (const one of own) expect(passRate([...outcomes(10, 0), one])).toBe('clear');
  // Of those that pass each counts: 19 of 20, not 18 of 19.
  expect(passRate([...outcomes(18, 1), { ...outcomeOf('R02', 'pass'), group: 'rollback' }])).toBe('clear');
  // In another suite such a name is a check like any other.
  expect(passRate([...outcomes(22, 0), ...own.map((one) => ({ ...one, group: 'shop' }))])).toBe('unknown');
});

test('without a cycle the pass rate is unknown, whatever the last value was', () => {
  const readings = observeRollback({ values: { passRate: 0.1 }, isKnown: () => false }, table);
  expect(readings.find(({ labels }) => labels?.trigger === 'pass_rate')?.reading.state).toBe('unknown');
});

test('what is in quarantine, unknown or skipped proves nothing', () => {
  const quarantined = { owner: 'me', until: '2026-12-24', reason: 'races' };
  const readings = observeChecks([
    { ...outcomeOf('a', 'fail'), quarantined },
    { ...outcomeOf('b', 'unknown'), reason: 'torn' },
    outcomeOf('c', 'skipped'),
  ]).map(({ reading }) => reading);
  expect(readings).toEqual([{ state: 'unknown' }, { state: 'unknown' }, { state: 'unknown' }]);
});

const nothingMore = {
  cause: undefined,
  isDerived: undefined,
  isQuarantined: undefined,
  explainedBy: undefined,
};

test('a failed check that says nothing of itself is critical and new; of one that passed nobody says so', () => {
  expect(observeChecks([outcomeOf('a', 'fail'), outcomeOf('b', 'pass')])).toStrictEqual([
    {
      rule: 'HealthCheckFailed',
      labels: { check: 'a', group: 'health', priority: 'P1', severity: 'critical' },
      reading: { state: 'breached' },
      isNew: true,
      ...nothingMore,
    },
    {
      rule: 'HealthCheckFailed',
      labels: { check: 'b', group: 'health', priority: 'P1', severity: 'critical' },
      reading: { state: 'clear' },
      isNew: undefined,
      ...nothingMore,
    },
  ]);
});

test('a trigger of which nothing was observed is unknown', () => {
  const readings = (values: object, more: object = {}) =>
    observeRollback({ values, isKnown: () => false, ...more }, table).map(({ reading }) => reading);
  const unknown = { state: 'unknown' };
  expect(readings({ latencyP95: Number.NaN })).toEqual([unknown, unknown, unknown, unknown]);
  expect(readings({}, { outcomes: outcomes(34, 1, 1) })[1]).toEqual(unknown);
});

test('a trigger whose check was red before is not new, but for the pass rate, which leaves known failures out itself', () => {
  const isNew = (known: string) =>
    observeRollback({ values: {}, outcomes: outcomes(33, 3), isKnown: (id) => id === known }, table).map(
      (one) => one.isNew,
    );
  expect([isNew('R01'), isNew('R02'), isNew('R03')]).toEqual([
    [false, true, true, true],
    [true, true, true, true],
    [true, true, false, true],
  ]);
});

test('a trigger without a limit of its own calls for nothing', () => {
  const { rollback: _, ...latencyP95 } = table.latencyP95;
  const found = observeRollback({ values: {}, isKnown: () => false }, { ...table, latencyP95 });
  expect(found.map(({ labels }) => labels?.trigger)).toEqual(['error_ratio', 'pass_rate', 'service_down']);
});

test('a rollback is called for while the alert of its trigger fires, and not called for only by a clear reading', () => {
  const setup = engineSetup(rules, { evaluationIntervalMs: minute });
  const observed = (trigger: string, reading: Observation['reading'], isNew = true): Observation => ({
    rule: 'RollbackRequired',
    labels: { trigger },
    reading,
    isNew,
    forMs: 0,
  });
  const firing = [
    observed('error_ratio', { state: 'breached' }),
    observed('another', { state: 'breached' }),
    { ...observed('latency_p95', { state: 'breached' }), forMs: 5 * minute },
    { rule: 'HealthCheckFailed', labels: { trigger: 'pass_rate' }, reading: { state: 'breached' } } as const,
  ];
  const { state } = step(initialState(), { observations: firing }, startMs, setup);
  const now = [
    observed('error_ratio', { state: 'unknown' }),
    observed('latency_p95', { state: 'breached' }),
    observed('pass_rate', { state: 'clear' }),
    observed('service_down', { state: 'unknown' }, false),
  ];
  expect(rollbackCalls(now, state)).toEqual({ error_ratio: true, pass_rate: false });
  // One that was crossed before the deployment calls for nothing.
  expect(rollbackCalls([observed('service_down', { state: 'breached' }, false)], state)).toEqual({
    service_down: false,
  });
  expect(rollbackCalls([], state)).toEqual({});
});

test('each trigger calls for a rollback after its own time, and a known one never', () => {
  const setup = engineSetup(rules, { evaluationIntervalMs: minute, groupWaitMs: 0 });
  const fired = (isKnown: (id: string) => boolean) => {
    let state = initialState();
    const found: string[] = [];
    for (let at = 0; at <= 10; at += 1) {
      const values = { errorRatio: 0.02, latencyP95: 0.6, uptime: 0 };
      const observations = observeRollback({ values, outcomes: outcomes(33, 3), isKnown }, table);
      const result = step(state, { observations }, startMs + at * minute, setup);
      state = result.state;
      const firing = result.transitions.filter(({ to }) => to === 'firing');
      found.push(...firing.map(({ labels }) => `${at} ${labels.trigger}`));
    }
    return found.toSorted();
  };
  expect(fired(() => false)).toEqual(['2 service_down', '5 error_ratio', '5 latency_p95', '5 pass_rate']);
  expect(fired((id) => id === 'R01' || id.startsWith('F'))).toEqual(['2 service_down', '5 latency_p95']);
});

test('a critical check that failed doesn’t silence the warning of another check', () => {
  const warning = { ...definition('T02'), priority: 'P3', severity: 'warning' } as const;
  const failed = [outcomeOf('T01', 'fail'), { ...outcomeOf('T02', 'fail'), definition: warning }];
  const setup = engineSetup(rules, { groupWaitMs: 0 });
  const { notifications } = step(initialState(), { observations: observeChecks(failed) }, startMs, setup);
  expect(notifications.flatMap(({ alerts }) => alerts)).toHaveLength(2);
});

test('a service that is down silences its consequences, but not the call for a rollback or what is of the host', () => {
  const setup = engineSetup(rules, { groupWaitMs: 0 });
  const readings = rules.map(({ name }) => ({
    rule: name,
    reading: { state: 'breached' as const },
    forMs: 0,
  }));
  const { notifications } = step(initialState(), { observations: readings }, startMs, setup);
  expect(notifications.flatMap(({ alerts }) => alerts.map(({ rule }) => rule)).toSorted()).toEqual([
    'HighCPUUsage',
    'HighDiskUsage',
    'HighMemoryUsage',
    'RollbackRequired',
    'ServiceDown',
    'TestSuiteNotRunning',
  ]);
});
