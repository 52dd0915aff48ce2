import { recordPast } from '../../fixtures/range/evidence.ts';
import { type Scenario, says, unmet } from '../../src/drill/index.ts';
import { onTarget } from './on-target.ts';

const groups = ['rollback'];

/** Faults that the rollback triggers must see; R02's is the failing history of the monitoring group. */
export const rollbackScenarios: readonly Scenario[] = [
  onTarget('errors', {
    name: 'errors, sustained',
    description: '2 % of the operations have failed for five minutes',
    parameters: { ratio: 0.02 },
    groups,
    after: 300,
    intended: [{ check: 'R01', shows: unmet('live error ratio', (ratio) => ratio > 0.015 && ratio < 0.025) }],
    prepare: (range) => recordPast(range, { errorRatio: 0.02 }),
  }),
  onTarget('errors', {
    name: 'errors, just begun',
    description: '2 % of the operations fail, but not yet for five minutes',
    parameters: { ratio: 0.02 },
    groups,
    after: 300,
    intended: [{ check: 'R01', as: 'not-pass', shows: says(/pending: .* a rollback is due in/) }],
  }),
  onTarget('latency', {
    name: 'latency, sustained',
    description: 'operations have taken 600 ms more for five minutes',
    parameters: { ms: 600 },
    groups,
    after: 120,
    intended: [{ check: 'R03', shows: unmet('live P95 latency', (seconds) => seconds > 0.5) }],
    prepare: (range) => recordPast(range, { latencyP95: 0.65 }),
  }),
];
