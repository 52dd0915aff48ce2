import { messageOf } from '../../core/index.ts';
import type { Observation } from '../engine/inputs.ts';
import type { SampleSource } from '../signals/algebra/source.ts';
import { judgeCondition } from './condition.ts';
import type { AlertRule } from './rule.ts';

/**
 * Judges rules on recorded samples. An evaluation that fails is unknown and says why; nothing is thrown.
 * Rules that ask only for new failures are left out: samples don't tell what was there before, `observeRollback` does.
 */
export function observeRules(rules: readonly AlertRule[], source: SampleSource, atMs: number): Observation[] {
  return rules.flatMap(({ name, condition, onlyNew }): Observation[] => {
    if (onlyNew) return [];
    try {
      return judgeCondition(condition, source, atMs).map(({ labels, state, value }) => ({
        rule: name,
        labels,
        reading: { state, value },
      }));
    } catch (thrown) {
      return [{ rule: name, reading: { state: 'unknown' }, problem: messageOf(thrown) }];
    }
  });
}
