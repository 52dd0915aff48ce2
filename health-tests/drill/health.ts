import { openRange } from '../../fixtures/range/open-range.ts';
import { copySuite } from '../../fixtures/range/suite-copy.ts';
import { type Scenario, says, unmet } from '../../src/drill/index.ts';
import { onTarget } from './on-target.ts';

const groups = ['health'];

/** H05: a check is taken out of the collected suite. */
const checkRemoved: Scenario = {
  name: 'check-removed',
  description: 'one check is taken out of the suite',
  groups,
  intended: [{ check: 'H05', shows: says(/M03 OTel traces functional is missing/) }],
  async open() {
    const suite = copySuite('metrics.test.ts', (source) => source.slice(0, source.indexOf("test('M03")));
    const range = await openRange();
    range.alsoClose(async () => suite.remove());
    return { ...range, suiteRoot: suite.root };
  },
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

/** Faults that the health group must see. */
export const healthScenarios: readonly Scenario[] = [
  onTarget('component', {
    description: 'the HALO component fails to load',
    groups,
    intended: [{ check: 'H01', shows: says(/halo is fail/) }],
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
    range: {
      // The stand-in speaks for a host elsewhere, which is read through its node_exporter.
      configure(input, { standIns }) {
        if (standIns) input.target.host = { nodeExporter: standIns.nodeExporter };
      },
    },
  }),
  onTarget('release-file', {
    description: 'one byte of a released file is changed',
    groups,
    intended: [{ check: 'H04', shows: says(/changed/) }],
  }),
  checkRemoved,
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
  timeoutOverInterval,
  onTarget('slow-calls', {
    description: 'every call takes two seconds more',
    long: true,
    parameters: { ms: 2000 },
    groups,
    intended: [{ check: 'H14', shows: unmet('health group', (seconds) => seconds > 10) }],
    collateral: ['H06', 'H07', 'H10', 'H11', 'H12'],
  }),
];
