import { expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openJudge } from '../../../src/monitor/loop/judge.ts';

const minute = 60_000;

/** Readings after 5 min in which so many operations came every 15 s, and every so many of these periods one failed. */
function readings(operations: number, errorEvery: number) {
  const source = new MemorySource();
  for (let step = 0; step <= 20; step += 1) {
    const timeMs = step * 15_000;
    source.add('genesis_operations_total', {}, { timeMs, value: step * operations });
    source.add(
      'genesis_errors_total',
      { category: 'internal' },
      { timeMs, value: Math.floor(step / errorEvery) },
    );
  }
  const judge = openJudge({
    table: thresholds,
    naming: defaultNaming,
    baseline: new Map(),
    evaluationIntervalMs: 15_000,
    cycleIntervalMs: 5 * minute,
  });
  const { observations } = judge.observe(source, 5 * minute, undefined, false);
  const stateOf = (name: string, trigger?: string) =>
    observations.find(({ rule, labels }) => rule === name && labels?.trigger === trigger)?.reading.state;
  return {
    alert: stateOf('HighErrorRate'),
    rollback: stateOf('RollbackRequired', 'error_ratio'),
  };
}

test('one error of few operations is neither an alert nor a reason to roll back; several, or one of many, are judged', () => {
  expect(readings(1, 20)).toEqual({ alert: 'unknown', rollback: 'unknown' });
  expect(readings(1, 2)).toEqual({ alert: 'breached', rollback: 'breached' });
  expect(readings(1000, 20)).toEqual({ alert: 'clear', rollback: 'clear' });
  // Few operations without an error end what fired before.
  expect(readings(1, 1000)).toEqual({ alert: 'clear', rollback: 'clear' });
});
