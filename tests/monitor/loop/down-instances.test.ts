import { expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openJudge } from '../../../src/monitor/loop/judge.ts';

const minute = 60_000;
const deployedMs = Date.UTC(2026, 0, 5);
const atMs = deployedMs + 20 * minute;

interface Instance {
  name: string;
  service?: string;
  /** What it said until it was down, and before the deployment. */
  release?: string;
  before?: string;
  /** In minutes after the deployment; negative before it. */
  from?: number;
  downFrom?: number;
  /** When it was found no more. */
  goneFrom?: number;
}

/** The reading of the trigger `service_down` 20 minutes after the deployment of v2. */
function serviceDown(instances: readonly Instance[], deployed: string | undefined) {
  const source = new MemorySource();
  for (const instance of instances) {
    const { name, service = 'shop', release, before = release, from = -10, downFrom = 99 } = instance;
    const { goneFrom = 99 } = instance;
    for (let at = from; at <= 20; at += 0.25) {
      const timeMs = deployedMs + at * minute;
      const [labels, isUp] = [{ service, instance: name }, at < downFrom];
      const up = { job: service, ...labels };
      if (at >= goneFrom) {
        source.add('up', up, { timeMs, value: Number.NaN, stale: true });
        break;
      }
      source.add('up', up, { timeMs, value: Number(isUp) });
      const said = at > 0 ? release : before;
      if (isUp && said)
        source.add('vigil_instance_release', { ...labels, release: said }, { timeMs, value: 1 });
    }
  }
  const judge = openJudge({
    table: thresholds,
    naming: { ...defaultNaming, services: 'shop|next' },
    baseline: new Map(),
    evaluationIntervalMs: 15_000,
    cycleIntervalMs: 5 * minute,
    deploymentAt: () => (deployed === undefined ? undefined : { release: deployed, timeMs: deployedMs }),
  });
  const { observations } = judge.observe(source, atMs, undefined, false);
  const stateOf = (rule: string) =>
    observations
      .filter((one) => one.rule === rule && (one.labels?.trigger ?? 'service_down') === 'service_down')
      .map(({ reading }) => reading.state);
  return { call: stateOf('RollbackRequired')[0], isAlerted: stateOf('ServiceDown').includes('breached') };
}

const old = { name: 'base-1', release: 'v1' };
const next = { name: 'next-1', release: 'v2' };
const taken = { name: 'base-2', release: 'v1', downFrom: 5 };

test.for<[string, Instance[], string | undefined, string]>([
  ['an instance of the release before', [old, taken, next], 'v2', 'clear'],
  [
    'one of before that never said v2, seen down for long',
    [old, { ...taken, downFrom: -5 }, next],
    'v2',
    'clear',
  ],
  ['an instance on the release', [old, { ...next, downFrom: 5 }], 'v2', 'breached'],
  ['one of each', [old, taken, next, { ...next, name: 'next-2', downFrom: 5 }], 'v2', 'breached'],
  ['an instance that came to the release', [old, { ...next, before: 'v1', downFrom: 5 }], 'v2', 'breached'],
  ['an instance that never started', [old, { name: 'next-1', from: 1, downFrom: 0 }], 'v2', 'breached'],
  ['every instance of a service', [{ ...old, downFrom: 5 }, taken], 'v2', 'breached'],
  [
    'every instance of one service of two',
    [old, taken, { name: 'next-1', service: 'next', from: 1, downFrom: 0 }],
    'v2',
    'breached',
  ],
  ['an instance, and nobody says a release', [{ name: '1' }, { name: '2', downFrom: 5 }], 'v2', 'breached'],
  ['an instance, and no deployment is recorded', [old, taken], undefined, 'breached'],
])('service_down calls for a rollback by what is down: %s', ([, instances, deployed, state]) => {
  // Somebody is told in any case.
  expect(serviceDown(instances, deployed)).toEqual({ call: state, isAlerted: true });
});

test('an instance that is found no more is not down', () => {
  expect(serviceDown([old, { ...next, downFrom: 5, goneFrom: 10 }, { ...taken, downFrom: 5 }], 'v2')).toEqual(
    {
      call: 'clear',
      isAlerted: true,
    },
  );
});
