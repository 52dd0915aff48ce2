import { describe, expect, test } from 'vitest';
import { effectiveThresholds } from '../../../src/core/config/effective.ts';
import type { VigilConfigInput } from '../../../src/core/config/schema.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { feasibilityOf, soakFindings } from '../../../src/setup/doctor/feasibility.ts';

type Rollback = NonNullable<VigilConfigInput['rollback']>;

const minute = 60_000;

function judged(rollback: Partial<Rollback>, more: VigilConfigInput = {}) {
  const config = validateConfig(
    {
      target: { orchestration: 'http://127.0.0.1:1' },
      ...more,
      rollback: {
        options: ['git'],
        commands: { restart: ['true'] },
        flag: { file: 'f', key: 'k' },
        git: { folder: 'g' },
        ...rollback,
      },
    },
    'a test',
  );
  return feasibilityOf(config, effectiveThresholds(config));
}

describe('the 15 minutes', () => {
  test('are kept by one type with the budgets as they are, to the minute', () => {
    expect(judged({})).toMatchObject({ restoreMs: 15 * minute, isFeasible: true, decideMs: 5 * minute });
    expect(judged({ automatic: true })).toMatchObject({ decideMs: 0 });
  });

  test('are not kept by a second too much, and the largest number is the one to change', () => {
    const found = judged({ budgets: { announce: '61s' } });
    expect(found?.isFeasible).toBe(false);
    expect(found?.change).toBe('rollback.budgets.rollback: 5m → at most 4m 59s');
  });

  test('a number that makes room by itself is named with the most it may be', () => {
    expect(judged({ git: { folder: 'g', budgets: { verify: '12m' } } })?.change).toBe(
      'rollback.git.budgets.verify: 12m → at most 5m',
    );
  });

  test('two options count both, and when no number is enough that is said', () => {
    const found = judged({ options: ['flag', 'git'] });
    expect(found).toMatchObject({ restoreMs: 30 * minute, isFeasible: false });
    expect(found?.change).toMatch(/^no single number .*rollback\.budgets\.\w+ .*15m must go$/);
  });

  test('a second option that is never tried does not count', () => {
    expect(judged({ options: ['flag', 'git'], escalate: 'person' })?.restoreMs).toBe(15 * minute);
  });
});

test('detecting is computed from the intervals: here the pass rate, with its cycle, is the slowest', () => {
  // The next cycle 5 min later, its run 2 min, 5 min of failing at the fast cadence of 30 s, a sample of 15 s.
  expect(judged({})).toMatchObject({ slowestTrigger: 'pass_rate', detectMs: (5 + 2 + 5) * minute + 45_000 });
  expect(judged({}, { liveWindow: '10m' })).toMatchObject({
    slowestTrigger: 'error_ratio',
    detectMs: 15 * minute + 30_000,
  });
});

test('without a rollback there is nothing to compute', () => {
  const config = validateConfig({}, 'a test');
  expect(feasibilityOf(config, effectiveThresholds(config))).toBeUndefined();
});

describe('the soak times', () => {
  const found = (input: VigilConfigInput) => {
    const config = validateConfig(input, 'a test');
    return soakFindings(config, effectiveThresholds(config));
  };

  test('leave a cycle to spare as they are', () => {
    expect(found({})).toEqual([]);
  });

  test('that hold just the cycles that are needed, or fewer, are named with what to change', () => {
    const gateCycles = { slo: { value: 3 } };
    const [bare, ...others] = found({ thresholds: { gateCycles } });
    expect(others).toEqual([]);
    expect(bare).toMatchObject({ subject: 'soak before 25 %', state: 'warning' });
    expect(bare?.detail).toMatch(
      /15m holds 3 cycles at an interval of 5m, 3 are needed and none is to spare/,
    );
    expect(bare?.hint).toContain('20m');
    const [short] = found({ interval: '10m' });
    expect(short?.detail).toMatch(/holds 1 cycle at an interval of 10m, 2 are needed: the gate can’t be met/);
  });
});
