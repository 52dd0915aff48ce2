import { type Scenario, says, unmet } from '../../src/drill/index.ts';
import { onTarget } from './on-target.ts';

/** Faults that the metrics group must see. */
export const metricsScenarios: readonly Scenario[] = [
  onTarget('malformed-metrics', {
    description: '/metrics is not valid text',
    parameters: { service: 'planner' },
    groups: ['metrics'],
    intended: [{ check: 'M01', shows: says(/planner|line \d+/i) }],
  }),
  onTarget('buckets-not-cumulative', {
    description: 'histogram buckets contradict each other',
    parameters: { service: 'planner' },
    groups: ['metrics'],
    intended: [{ check: 'M01', shows: unmet('faults of the exposition', (faults) => faults > 0) }],
  }),
  onTarget('metrics-frozen', {
    name: 'metrics-frozen (M01)',
    description: 'the operations counter stops',
    groups: ['metrics'],
    intended: [{ check: 'M01', shows: unmet(/^growth of/, (growth) => growth === 0) }],
  }),
  onTarget('traceparent-dropped', {
    description: 'the trace context is dropped between the services',
    groups: ['metrics'],
    intended: [{ check: 'M02', shows: unmet('services in the trace', (services) => services === 1) }],
    // The spans of the planner are in a trace of their own then.
    collateral: ['M03'],
  }),
  onTarget('spans-dropped', {
    description: 'inner spans are not exported',
    parameters: { which: 'inner' },
    groups: ['metrics'],
    intended: [{ check: 'M03', shows: says(/span/) }],
    collateral: ['M02'],
  }),
  onTarget('spans-dropped', {
    name: 'spans-dropped (all)',
    description: 'no span is exported',
    parameters: { which: 'all' },
    groups: ['health', 'metrics'],
    intended: [
      { check: 'M03', shows: unmet('spans of the operation', (spans) => spans === 0) },
      { check: 'H02', shows: unmet('spans of the operation', (spans) => spans === 0) },
    ],
    collateral: ['M02', 'H07'],
  }),
  onTarget('spans-dropped', {
    name: 'spans-dropped (planner)',
    description: 'the spans of one service are not exported',
    parameters: { which: 'planner' },
    groups: ['metrics'],
    intended: [
      { check: 'M02', shows: unmet('services in the trace', (services) => services === 1) },
      { check: 'M03', shows: says(/no span POST .v1.decompose came/) },
    ],
  }),
  onTarget('span-clock', {
    description: 'the clock of one service is 60 s off',
    groups: ['metrics'],
    intended: [{ check: 'M03', shows: says(/the clock of genesis-orchestration is 60 s ahead of ours/) }],
  }),
  onTarget('span-parents-lost', {
    description: 'inner spans lose their parents',
    groups: ['metrics'],
    intended: [{ check: 'M03', shows: says(/has no parent in the trace/) }],
  }),
];

/** Faults that the SLO baselines must see. */
export const sloScenarios: readonly Scenario[] = [
  onTarget('smoke', {
    description: 'one behaviour of the smoke suite is broken',
    groups: ['slo'],
    intended: [{ check: 'S01', shows: unmet('smoke suite pass rate', (rate) => rate > 0.5 && rate < 0.98) }],
  }),
  onTarget('slow-tail', {
    description: 'one operation in ten takes 400 ms more',
    groups: ['slo'],
    intended: [{ check: 'S02', shows: unmet('P95 latency', (seconds) => seconds > 0.38) }],
  }),
  onTarget('errors', {
    description: '2 % of the operations fail',
    parameters: { ratio: 0.02 },
    groups: ['slo'],
    intended: [{ check: 'S03', shows: unmet('error ratio', (ratio) => ratio > 0.01 && ratio < 0.04) }],
    // Every fiftieth operation fails, and the smoke suite's may be the one.
    collateral: ['S01'],
  }),
  onTarget('errors', {
    name: 'errors (0.5 %, sent now)',
    description: 'one operation in two hundred fails',
    parameters: { ratio: 0.005 },
    // Others' traffic would meet some of the few errors.
    range: { genesis: { trafficPerSecond: 0 } },
    groups: ['slo'],
    intended: [
      { check: 'S03', as: 'not-pass', shows: says(/of \d+ operations failed, too few to judge by/) },
    ],
    collateral: ['S01'],
  }),
  onTarget('task-unfinished', {
    name: 'task-unfinished (status)',
    description: 'tasks are answered 200 with the status failed',
    groups: ['slo'],
    intended: [
      { check: 'S01', shows: unmet('smoke suite pass rate', (rate) => rate > 0.5 && rate < 0.98) },
      { check: 'S03', shows: says(/status is "failed", expected "completed"/) },
    ],
  }),
  onTarget('task-unfinished', {
    name: 'task-unfinished (results)',
    description: 'tasks are answered 200 without what came of them',
    parameters: { how: 'results' },
    groups: ['slo'],
    intended: [{ check: 'S03', shows: says(/results lacks the output of/) }],
    collateral: ['S01'],
  }),
  onTarget('latency', {
    description: 'every operation takes 300 ms more',
    long: true,
    parameters: { ms: 300 },
    groups: ['health', 'slo', 'monitoring'],
    before: 900,
    // So slow that fewer are sent in time than can show a ratio under 1 %.
    collateral: ['S03'],
    intended: [
      { check: 'H11', shows: unmet('median latency', (seconds) => seconds > 0.3) },
      { check: 'S02', shows: unmet('P95 latency', (seconds) => seconds > 0.3) },
      { check: 'C07', shows: unmet('live P95 latency', (seconds) => seconds > 0.2) },
    ],
  }),
];
