import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cycleVerdict } from '../../../src/monitor/cycle/cycle-record.ts';
import { storeCycle } from '../../../src/monitor/cycle/store-cycle.ts';
import { folder, opened } from '../../history/folder.ts';
import { passed, record } from '../../views/summary/record.ts';

test('a cycle passes only when something passed, nothing failed, nothing is unknown and nothing else is wrong', () => {
  const count = fc.nat(3);
  fc.assert(
    fc.property(count, count, count, count, count, (ok, failed, unknown, skipped, wrong) => {
      const signals = { passed: ok, failed, unknown, skipped, passRate: undefined, coverage: 1 };
      const verdict = cycleVerdict(signals, Array(wrong).fill('a problem'));
      const expected = failed > 0 ? 'fail' : ok > 0 && unknown === 0 && wrong === 0 ? 'pass' : 'inconclusive';
      expect(verdict).toBe(expected);
    }),
  );
});

test('the evidence names what failed and what is unknown, and has no number where nothing was seen', () => {
  const outcomes = [
    passed('H01'),
    passed('H02', { outcome: 'fail' }),
    passed('H03', { outcome: 'unknown', executed: false }),
    passed('C01', { outcome: 'skipped', executed: false }),
  ];
  const history = opened(folder());
  storeCycle(history, record(outcomes, { values: { cpuUsed: 0.123456, latencyP95: 0.05 } }), undefined);
  expect(history.snapshots(0)[0]).toMatchObject({
    verdict: 'fail',
    failing: ['H02'],
    unknown: ['H03'],
    pass_rate: 1 / 3,
    coverage: 0.5,
    cpu_percent: 12.35,
    memory_percent: null,
    error_ratio: null,
    latency_p95_seconds: 0.05,
    live: null,
  });
});
