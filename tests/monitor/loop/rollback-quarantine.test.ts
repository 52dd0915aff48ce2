import { expect, test } from 'vitest';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openJudge } from '../../../src/monitor/loop/judge.ts';
import { outcomeOf } from '../../suite/outcomes/outcome-of.ts';

const passing = Array.from({ length: 60 }, (_, index) => outcomeOf(`greet.py › t${index}`, 'pass'));
const kept = ['a', 'b', 'c', 'd'].map((name) => outcomeOf(`cart.py › ${name}`, 'unknown'));
const outcomes = [...passing, outcomeOf('cart.py › cart.py', 'fail'), ...kept];
const nowMs = Date.parse('2026-11-30T12:00:00Z');

/** What a failed file and the four checks that it kept from running say to the trigger of the pass rate. */
function passRateTrigger(quarantine: { check: string; until: string }[]) {
  const judge = openJudge({
    table: thresholds,
    naming: { prefix: 'shop', windowMs: 300_000, services: 'shop' },
    baseline: new Map(),
    evaluationIntervalMs: 15_000,
    cycleIntervalMs: 300_000,
    quarantine,
  });
  const { rollback } = judge.observeOutcomes(nowMs, { outcomes, atMs: nowMs }, true);
  return rollback.find(({ labels }) => labels?.trigger === 'pass_rate')?.reading;
}

test('a check in quarantine that did not run counts for no rollback, until its entry is over', () => {
  const entries = (until: string) => ['a', 'b', 'c'].map((name) => ({ check: `cart.py › ${name}`, until }));
  expect(passRateTrigger([])).toEqual({ state: 'breached', value: 60 / 65 });
  expect(passRateTrigger(entries('2026-11-29'))?.state).toBe('breached');
  expect(passRateTrigger(entries('2026-11-30'))).toEqual({ state: 'clear', value: 60 / 62 });
});
