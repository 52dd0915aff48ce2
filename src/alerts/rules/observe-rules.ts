import { messageOf } from '../../core/index.ts';
import type { Observation, Reading } from '../engine/inputs.ts';
import type { SampleSource } from '../signals/algebra/source.ts';
import { type ConditionResult, judgeCondition } from './condition.ts';
import type { AlertRule } from './rule.ts';

function readingOf({ state, value }: ConditionResult): Reading {
  if (state === 'unknown') return { state, reason: 'there is no data' };
  return { state, value };
}

/**
 * Judges rules on recorded samples. An evaluation that fails is unknown, with the reason; nothing is thrown.
 * Rules that ask only for new failures are left out: samples don't tell what was there before, `observeRollback` does.
 */
export function observeRules(rules: readonly AlertRule[], source: SampleSource, atMs: number): Observation[] {
  return rules.flatMap(({ name, condition, onlyNew }): Observation[] => {
    if (onlyNew) return [];
    try {
      return judgeCondition(condition, source, atMs).map((result) => ({
        rule: name,
        labels: result.labels,
        reading: readingOf(result),
      }));
    } catch (thrown) {
      return [{ rule: name, reading: { state: 'unknown', reason: messageOf(thrown) } }];
    }
  });
}
