import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import { liveSampleOf } from '../../../src/alerts/signals/live-window.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { componentMeans, componentSampleOf } from '../../../src/alerts/signals/reading.ts';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { genesisTraffic } from '../../../src/core/config/traffic.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { Outcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { operationDurations } from '../../support/operation-durations.ts';

const outcomes = (...list: [Outcome, executed: boolean][]) =>
  list.map(([outcome, executed], index) => ({
    id: `T${index}`,
    title: 't',
    group: 'g',
    outcome,
    executed,
    measurements: [],
  }));

test('an unknown lowers the pass rate, a declared skip doesn’t; coverage counts what ran to its end', () => {
  const signals = cycleSignals(
    outcomes(
      ['pass', true],
      ['pass', true],
      ['fail', true],
      ['unknown', false],
      ['unknown', true],
      ['skipped', false],
    ),
  );
  expect(signals).toEqual({
    passed: 2,
    failed: 1,
    unknown: 2,
    skipped: 1,
    passRate: 2 / 5,
    coverage: 4 / 6,
  });
});

test('where nothing was judged there is no pass rate', () => {
  expect(cycleSignals(outcomes(['skipped', false])).passRate).toBeUndefined();
  expect(cycleSignals([])).toMatchObject({ passRate: undefined, coverage: 0 });
});

test('one failure of 36 is 97.2 %', () => {
  const all = outcomes(
    ...Array.from({ length: 36 }, (_, index) => [index ? 'pass' : 'fail', true] as [Outcome, boolean]),
  );
  expect(cycleSignals(all).passRate).toBeCloseTo(0.9722, 4);
});

test('the pass rate is 1 only when everything judged passed', () => {
  const outcome = fc.constantFrom<Outcome>('pass', 'fail', 'unknown', 'skipped');
  fc.assert(
    fc.property(fc.array(outcome, { minLength: 1 }), (list) => {
      const { passRate } = cycleSignals(outcomes(...list.map((each) => [each, true] as [Outcome, boolean])));
      const judged = list.filter((each) => each !== 'skipped');
      expect(passRate === 1).toBe(judged.length > 0 && judged.every((each) => each === 'pass'));
    }),
  );
});

const text = `
# TYPE genesis_operations_total counter
genesis_operations_total{route="a"} 10
genesis_operations_total{route="b"} 5
# TYPE genesis_errors_total counter
genesis_errors_total{category="validation"} 4
genesis_errors_total{category="internal"} 1
${operationDurations(14, 15, 1)}`;

test('a caller’s mistake is no error of the service', () => {
  expect(liveSampleOf(parseExposition(text), genesisTraffic('genesis'), 1)).toMatchObject({
    operations: 15,
    errors: 1,
  });
});

test.for([
  'genesis_operations_total',
  'genesis_errors_total{category="internal"}',
  'genesis_operation_duration',
])('without %s there is no sample, not one of zeros', (name) => {
  const without = text
    .split('\n')
    .filter((line) => !line.startsWith(name))
    .join('\n');
  expect(liveSampleOf(parseExposition(without), genesisTraffic('genesis'), 1)).toBeUndefined();
});

test('failures in quarantine are counted apart, and only where there are some', () => {
  const [first, ...others] = outcomes(['fail', true], ['fail', true], ['pass', true], ['unknown', true]);
  if (!first) throw new Error('there is a first one');
  const quarantined = { owner: 'carol', until: '2030-01-01', reason: 'flaky' };
  expect(cycleSignals([first, ...others])).not.toHaveProperty('quarantined');
  expect(cycleSignals([{ ...first, quarantined }, ...others])).toMatchObject({
    quarantined: 1,
    failed: 1,
    passed: 1,
    unknown: 1,
    passRate: 1 / 3,
  });
});

test('when the process started and what it holds is read where it is told, in milliseconds and bytes', () => {
  const more = `${text}process_start_time_seconds 12.5\nprocess_resident_memory_bytes 4096\n`;
  const told = liveSampleOf(parseExposition(more), genesisTraffic('genesis'), 7);
  expect(told).toMatchObject({ timeMs: 7, startedMs: 12_500, residentMemoryBytes: 4096 });
  expect(told?.buckets).toEqual([
    { le: 0.1, count: 14 },
    { le: Number.POSITIVE_INFINITY, count: 15 },
  ]);
  const silent = liveSampleOf(parseExposition(text), genesisTraffic('genesis'), 7);
  expect(silent).toMatchObject({ startedMs: undefined, residentMemoryBytes: undefined });
});

const planner = (htdag: [sum: number, count: number], halo?: [sum: number, count: number]) =>
  componentSampleOf(
    parseExposition(
      Object.entries({ htdag_decomposition: htdag, ...(halo && { halo_routing: halo }) })
        .map(([name, [sum, count]]) => {
          const family = `genesis_${name}_duration_seconds`;
          return `# TYPE ${family} histogram\n${family}_bucket{le="+Inf"} ${count}\n${family}_sum ${sum}\n${family}_count ${count}\n`;
        })
        .join(''),
    ),
    'genesis',
  );

test('a component’s mean is its time ÷ its runs between two samples, and none where it did nothing', () => {
  expect(planner([3, 20])).toEqual({ htdagMean: { sum: 3, count: 20 } });
  expect(componentMeans(planner([3, 20]), planner([5, 30]))).toEqual({ htdagMean: 0.2 });
  expect(componentMeans(planner([3, 20], [1, 1]), planner([3, 20], [2, 5]))).toEqual({ haloMean: 0.25 });
  // One that is new, or gone, has none either; one that began anew counts from zero.
  expect(componentMeans(planner([3, 20]), planner([3, 20], [2, 5]))).toEqual({});
  expect(componentMeans(planner([3, 20], [2, 5]), planner([3, 20]))).toEqual({});
  expect(componentMeans(planner([3, 20]), planner([1, 4]))).toEqual({ htdagMean: 0.25 });
});

test('signals are named by the configuration, services by what is configured', () => {
  const naming = (more: object) => namingOf(validateConfig({ liveWindow: 60_000, ...more }, 'x'));
  const genesis = (more: object) => naming({ target: { orchestration: 'http://genesis', ...more } });
  expect(naming({})).toMatchObject({
    prefix: 'genesis',
    windowMs: 60_000,
    timeScale: 1,
    isGenesis: true,
    slis: [{ service: 'orchestration', where: [], subtractsOwn: false }],
    services: 'genesis-orchestration|genesis-planner',
  });
  expect(genesis({ planner: 'http://planner' }).services).toBe('genesis-orchestration|genesis-planner');
  expect(genesis({}).services).toBe('genesis-orchestration');
  const probes = [{ type: 'http', url: '/' }];
  expect(naming({ probes, name: 'Web Shop', target: { url: 'http://shop' } })).toMatchObject({
    prefix: 'vigil',
    slis: [],
    isGenesis: false,
    services: 'web-shop',
  });
});
