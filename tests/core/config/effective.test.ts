import { expect, test } from 'vitest';
import { declaredComponents, effectiveThresholds } from '../../../src/core/config/effective.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { minimalEnvironment, runEnvironment } from '../../../src/core/environment/variables.ts';
import { thresholds as defaults } from '../../../src/core/thresholds/thresholds.ts';
import { mistake } from './mistake.ts';

const table = (thresholds: object) => effectiveThresholds(validateConfig({ thresholds }, 'config'));

test('a limit may be said in the words of probes, in the unit of its signal', () => {
  const config = validateConfig(
    {
      thresholds: {
        latencyP95: { slo: '< 300 ms', critical: '>= 0.5 s' },
        errorRatio: { critical: '> 0.5 %' },
      },
    },
    'x',
  );
  const table = effectiveThresholds(config);
  expect(table.latencyP95.slo).toMatchObject({ operator: '<', value: 0.3 });
  expect(table.latencyP95.critical).toMatchObject({
    operator: '>=',
    value: 0.5,
    forSeconds: defaults.latencyP95.critical?.forSeconds,
  });
  expect(table.errorRatio.critical).toMatchObject({ operator: '>', value: 0.005 });
  expect(table.errorRatio.critical).not.toHaveProperty('unit');
  expect(mistake({ thresholds: { latencyP95: { slo: '< 300 B' } } })).toContain(
    'thresholds.latencyP95.slo: expected a limit of its unit, such as "< 300 ms"; came "< 300 B"',
  );
  expect(mistake({ thresholds: { latencyP95: { slo: 'fast' } } })).toContain(
    'thresholds.latencyP95.slo: expected a limit such as "< 300 ms" or ">= 99.5 %"',
  );
});

test('without overrides the table is the one of the specification, and a copy', () => {
  const own = table({});
  expect(own).toEqual(defaults);
  expect(own.latencyP95).not.toBe(defaults.latencyP95);
});

test('a value is changed, its operator and its time stay', () => {
  expect(table({ latencyP95: { critical: { value: 0.5 } } }).latencyP95).toEqual({
    ...defaults.latencyP95,
    critical: { operator: '>', value: 0.5, forSeconds: 300 },
  });
});

test('operator and time can be changed too', () => {
  expect(
    table({ passRate: { slo: { operator: '>', value: 0.9 }, warning: { value: 1, forSeconds: 60 } } }),
  ).toMatchObject({
    passRate: { slo: { operator: '>', value: 0.9 }, warning: { operator: '<', value: 1, forSeconds: 60 } },
  });
});

test('a level that had no limit breaches on the side on which the others do', () => {
  expect(table({ throughput: { critical: { value: 2 } } }).throughput.critical).toEqual({
    operator: '<',
    value: 2,
  });
  expect(table({ latencyP95: { warning: { value: 0.15 } } }).latencyP95.warning?.operator).toBe('>');
  expect(table({ htdagMean: { slo: { value: 0.1 } } }).htdagMean.slo?.operator).toBe('<=');
  expect(table({ cores: { warning: { value: 4 } } }).cores.warning?.operator).toBe('<');
});

test('where nothing implies the side, the operator must be named', () => {
  expect(() => table({ coverage: { slo: { value: 0.9 } } })).toThrow(
    'thresholds.coverage.slo: the operator is missing',
  );
  expect(table({ coverage: { slo: { operator: '>=', value: 0.9 } } }).coverage.slo?.operator).toBe('>=');
});

test('a component is declared when the configuration names it, and not when it says false', () => {
  const declared = (more: object) =>
    declaredComponents(
      validateConfig({ target: { orchestration: 'http://h', ...more } }, 'config').target as never,
    );
  expect(declared({})).toEqual(['orchestration']);
  expect(declared({ breaker: false })).toEqual(['orchestration']);
  expect(declared({ breaker: true, planner: 'http://p', logs: ['a.log'] })).toEqual([
    'orchestration',
    'planner',
    'logs',
    'breaker',
  ]);
});

test('a suite gets the few variables that a process needs and no other', () => {
  expect(
    minimalEnvironment({ PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'x', NODE_OPTIONS: '--inspect', TZ: 'UTC' }),
  ).toEqual({
    PATH: '/bin',
    TZ: 'UTC',
  });
});

test('the run’s own variables are read by their names', () => {
  expect(runEnvironment({ VIGIL_CONTEXT: 'c', VIGIL_EVENTS: 'e', VIGIL_CONFIG: 'f' })).toEqual({
    contextFile: 'c',
    eventsFile: 'e',
    configFile: 'f',
  });
});
