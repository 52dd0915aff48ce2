import { expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openJudge } from '../../../src/monitor/loop/judge.ts';

const minute = 60_000;
const deployedMs = Date.UTC(2026, 0, 5);

/** Of 100 operations every 15 s, so many failed or took a second. */
interface Bad {
  failed?: number;
  slow?: number;
}

/** The call for a rollback 10 minutes after a deployment, with what was seen for 10 minutes before it. */
function call(
  trigger: string,
  before: Bad | undefined,
  after: Bad,
  { deployed = true, said = 'v1' as string | null } = {},
) {
  const source = new MemorySource();
  const sums = { operations: 1000, failed: 0, slow: 0 };
  for (let timeMs = deployedMs - 10 * minute; timeMs <= deployedMs + 10 * minute; timeMs += 15_000) {
    const bad = timeMs > deployedMs ? after : before;
    if (!bad) continue;
    sums.operations += 100;
    sums.failed += bad.failed ?? 0;
    sums.slow += bad.slow ?? 0;
    const release = timeMs > deployedMs ? 'v2' : said;
    if (release) source.add('vigil_instance_release', { service: 'shop', release }, { timeMs, value: 1 });
    source.add('genesis_operations_total', {}, { timeMs, value: sums.operations });
    source.add('genesis_errors_total', { category: 'internal' }, { timeMs, value: sums.failed });
    for (const le of ['0.5', '1', '+Inf']) {
      const value = le === '0.5' ? sums.operations - sums.slow : sums.operations;
      source.add('genesis_operation_duration_seconds_bucket', { le }, { timeMs, value });
    }
  }
  const judge = openJudge({
    table: thresholds,
    naming: defaultNaming,
    baseline: new Map(),
    evaluationIntervalMs: 15_000,
    cycleIntervalMs: 5 * minute,
    deploymentAt: () => (deployed ? { release: 'v2', timeMs: deployedMs } : undefined),
  });
  const { rollback } = judge.observe(source, deployedMs + 10 * minute, undefined, false);
  const found = rollback.find(({ labels }) => labels?.trigger === trigger);
  return [found?.reading.state, found?.isNew];
}

test.for<[string, string, Bad | undefined, Bad, boolean]>([
  ['as many errors as before the deployment', 'error_ratio', { failed: 4 }, { failed: 5 }, false],
  ['many more than before', 'error_ratio', { failed: 2 }, { failed: 5 }, true],
  ['errors that were within the limit before', 'error_ratio', { failed: 0.9 }, { failed: 1.2 }, true],
  ['errors of which nothing before is known', 'error_ratio', undefined, { failed: 5 }, true],
  ['a latency as before', 'latency_p95', { slow: 20 }, { slow: 20 }, false],
  ['a latency that was within the limit', 'latency_p95', { slow: 1 }, { slow: 20 }, true],
])('a trigger is past its limit by %s', ([, trigger, before, after, isNew]) => {
  expect(call(trigger, before, after)).toEqual(['breached', isNew]);
});

test('nothing was before where no deployment is recorded, it was recorded late, or nobody said a release', () => {
  const called = (how: Parameters<typeof call>[3]) => call('error_ratio', { failed: 4 }, { failed: 5 }, how);
  expect(called({})).toEqual(['breached', false]);
  expect(called({ deployed: false })).toEqual(['breached', true]);
  expect(called({ said: 'v2' })).toEqual(['breached', true]);
  expect(called({ said: null })).toEqual(['breached', true]);
});
