import { openRange, type RangeOptions } from '../../fixtures/range/open-range.ts';
import { copySuite } from '../../fixtures/range/suite-copy.ts';
import { type Scenario, type Shows, says, unmet } from '../../src/drill/index.ts';
import { onTarget } from './on-target.ts';

const groups = ['health'];

/** H05: a check of the metrics is taken out of the collected suite, or skipped in it. */
const changedSuite = (
  given: Pick<Scenario, 'name' | 'description'>,
  message: RegExp,
  change: (source: string) => string,
): Scenario => ({
  ...given,
  groups,
  intended: [{ check: 'H05', shows: says(message) }],
  async open() {
    const suite = copySuite('metrics.test.ts', change);
    const range = await openRange();
    range.alsoClose(async () => suite.remove());
    return { ...range, suiteRoot: suite.root };
  },
});

const checkRemoved = changedSuite(
  { name: 'check-removed', description: 'one check is taken out of the suite' },
  /M03 OTel traces functional is missing/,
  (source) => source.slice(0, source.indexOf("test('M03")),
);

const checkSkipped = changedSuite(
  { name: 'check-skipped', description: 'one check is skipped in the suite' },
  /M03 OTel traces functional is skip/,
  (source) => source.replace("test('M03", "test.skip('M03"),
);

/** H13: failed checks are tried again until one passes. */
const retried: Scenario = {
  name: 'checks retried',
  description: 'failed checks are repeated until they pass',
  groups,
  intended: [{ check: 'H13', shows: says(/failed checks are retried 2 times/) }],
  open: () =>
    openRange({
      configure(input) {
        input.suite = { args: ['--retry=2'] };
      },
    }),
};

/** H13: a check may take longer than the interval. */
const timeoutOverInterval: Scenario = {
  name: 'timeout-over-interval',
  description: 'a check may run longer than the interval between cycles',
  groups,
  intended: [{ check: 'H13', shows: says(/testTimeout 10m is not inside/) }],
  open: () =>
    openRange({
      configure(input) {
        input.suite = { args: ['--testTimeout=600000'] };
      },
    }),
};

// The stand-in speaks for a host elsewhere, which is read through its node_exporter.
const hostElsewhere: RangeOptions = {
  configure(input, { standIns }) {
    if (standIns) input.target.host = { nodeExporter: standIns.nodeExporter };
  },
};

const exhausted: [how: string, shows: Shows][] = [
  ['inodes', unmet(/^inodes in use/, (ratio) => ratio === 1)],
  ['read-only', says(/\/ is read-only/)],
  ['load', unmet('load per core', (load) => load > 40)],
];

const unsafe: [how: string, message: RegExp][] = [
  ['cycle-routed', /a cyclic graph was answered 200 by .v1.route, expected 422/],
  ['prompt-in-results', /an injected prompt is passed on in results/],
  ['credential-echoed', /a credential .* is in the answer 400 to a bad request/],
];

/** Faults that the health group must see. */
export const healthScenarios: readonly Scenario[] = [
  onTarget('component', {
    description: 'the HALO component fails to load',
    groups,
    intended: [{ check: 'H01', shows: says(/halo is fail/) }],
  }),
  onTarget('health-wrong', {
    name: 'health-wrong (frozen)',
    description: '/health is an answer of 2020',
    groups,
    intended: [{ check: 'H01', shows: says(/was judged at 2020-01-01/) }],
  }),
  onTarget('health-wrong', {
    name: 'health-wrong (mixed)',
    description: 'the two services are of different releases',
    parameters: { how: 'release-mixed' },
    groups,
    intended: [{ check: 'H01', shows: says(/orchestration runs v1, planner runs v0/) }],
    collateral: ['H04'],
  }),
  onTarget('health-wrong', {
    name: 'health-wrong (old)',
    description: 'the release on disk is not the one that runs',
    parameters: { how: 'release-old' },
    groups,
    intended: [{ check: 'H04', shows: says(/orchestration still runs v0, on disk is v1/) }],
  }),
  onTarget('metrics-frozen', {
    description: 'the operations counter stops',
    groups,
    intended: [{ check: 'H02', shows: unmet(/^growth of/, (growth) => growth === 0) }],
  }),
  onTarget('disk', {
    description: 'the host’s disk is 95 % full',
    groups,
    intended: [{ check: 'H03', shows: unmet(/^disk in use/, (ratio) => Math.abs(ratio - 0.95) < 0.02) }],
    range: hostElsewhere,
  }),
  ...exhausted.map(([how, shows]) =>
    onTarget('host-exhausted', {
      name: `host-exhausted (${how})`,
      description: `the host is at its end: ${how}`,
      parameters: { how },
      groups,
      intended: [{ check: 'H03', shows }],
      range: hostElsewhere,
    }),
  ),
  onTarget('release-file', {
    description: 'one byte of a released file is changed',
    groups,
    intended: [{ check: 'H04', shows: says(/changed/) }],
  }),
  checkRemoved,
  checkSkipped,
  onTarget('error-swallowed', {
    description: 'bad input is answered with 200',
    groups,
    intended: [{ check: 'H06', shows: says(/was answered 200/) }],
  }),
  onTarget('redaction-off', {
    description: 'credentials are not redacted',
    groups,
    intended: [{ check: 'H07', shows: says(/a credential .* is in the response/) }],
  }),
  onTarget('injection-passed', {
    description: 'an injected prompt is passed on',
    groups,
    intended: [{ check: 'H07', shows: says(/an injected prompt is passed on/) }],
  }),
  onTarget('cycle-accepted', {
    description: 'a cyclic graph is accepted',
    groups,
    intended: [{ check: 'H07', shows: says(/a cyclic graph was answered/) }],
  }),
  ...unsafe.map(([how, message]) =>
    onTarget('unsafe-answer', {
      name: `unsafe-answer (${how})`,
      description: `an answer is not safe: ${how}`,
      parameters: { how },
      groups,
      intended: [{ check: 'H07', shows: says(message) }],
    }),
  ),
  onTarget('graph-cycle', {
    description: 'the decomposition has a cycle',
    groups,
    intended: [{ check: 'H08', shows: says(/a cycle .* → /) }],
  }),
  onTarget('graph-empty', {
    description: 'the decomposition is empty',
    groups,
    intended: [{ check: 'H08', shows: unmet('nodes in the graph', (nodes) => nodes === 0) }],
    collateral: ['H09', 'H10'],
  }),
  onTarget('requirement-dropped', {
    description: 'a requirement is left out of the decomposition',
    groups,
    intended: [
      { check: 'H08', shows: says(/is not covered/) },
      { check: 'H10', shows: says(/the plan of a task was rejected/) },
    ],
  }),
  onTarget('plan-spoilt', {
    name: 'plan-spoilt (edges)',
    description: 'the decomposition loses the order of its tasks',
    groups,
    intended: [{ check: 'H08', shows: says(/no edge joins .*integrate/) }],
  }),
  onTarget('plan-spoilt', {
    name: 'plan-spoilt (node)',
    description: 'the decomposition has a task that nobody asked for',
    parameters: { how: 'node-added' },
    groups,
    intended: [{ check: 'H08', shows: says(/extra .* nobody asked for/) }],
  }),
  onTarget('plan-spoilt', {
    name: 'plan-spoilt (twice)',
    description: 'a task is routed twice',
    parameters: { how: 'routed-twice' },
    groups,
    intended: [{ check: 'H09', shows: says(/is routed 2 times/) }],
    collateral: ['H10'],
  }),
  onTarget('plan-spoilt', {
    name: 'plan-spoilt (agent)',
    description: 'a task is routed to an agent that does not exist as well',
    parameters: { how: 'no-such-agent' },
    groups,
    intended: [{ check: 'H09', shows: says(/ghost, who doesn’t exist/) }],
    collateral: ['H10'],
  }),
  onTarget('validation-shallow', {
    description: 'plans are judged without their routing',
    groups,
    intended: [{ check: 'H10', shows: says(/the plan that routes a task twice was accepted/) }],
  }),
  onTarget('task-unfinished', {
    name: 'task-unfinished (validation)',
    description: 'tasks are answered 200 with a plan that is not valid',
    parameters: { how: 'validation' },
    groups,
    intended: ['H08', 'H09', 'H10', 'H11'].map((check) => ({
      check,
      shows: says(/validation\.valid is false/),
    })),
    collateral: ['H02', 'H07', 'H12'],
  }),
  onTarget('incapable-agent', {
    description: 'tasks are routed to agents that can’t do them',
    groups,
    intended: [{ check: 'H09', shows: says(/which .* can’t do/) }],
  }),
  onTarget('validation-off', {
    description: 'every plan is called valid',
    groups,
    intended: [{ check: 'H10', shows: says(/the unsolvable plan was accepted/) }],
  }),
  onTarget('logging-off', {
    description: 'operations leave no log line',
    groups,
    intended: [{ check: 'H12', shows: unmet('log line delay', (delay) => Number.isNaN(delay) || delay > 2) }],
    // Without a line nothing shows that it would have been redacted.
    collateral: ['H07'],
  }),
  onTarget('planner-silent', {
    description: 'one of the two services leaves no log line',
    groups: ['health', 'monitoring'],
    before: 1100,
    intended: [
      { check: 'H12', shows: unmet('services that logged the operation', (services) => services === 1) },
      { check: 'C12', shows: unmet('logs that are written to', (logs) => logs === 1) },
    ],
  }),
  timeoutOverInterval,
  retried,
  onTarget('latency', {
    name: 'latency (health)',
    description: 'every operation takes 1.5 s more',
    long: true,
    parameters: { ms: 1500 },
    groups,
    intended: [{ check: 'H14', shows: unmet('health group', (seconds) => seconds > 10) }],
    collateral: ['H11', 'H02', 'H07', 'H12'],
  }),
  onTarget('counted-for-others', {
    description: 'the counters are fed by others’ traffic alone',
    groups: ['health', 'metrics'],
    intended: ['H02', 'H06', 'M01'].map((check) => ({
      check,
      shows: unmet(/^growth of/, (growth) => growth < 10),
    })),
  }),
  onTarget('slow-calls', {
    description: 'every call takes two seconds more',
    long: true,
    parameters: { ms: 2000 },
    groups,
    intended: [{ check: 'H14', shows: unmet('health group', (seconds) => seconds > 10) }],
    collateral: ['H06', 'H07', 'H10', 'H11', 'H12'],
  }),
];
