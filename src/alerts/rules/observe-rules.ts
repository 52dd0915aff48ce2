import { messageOf } from '../../core/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';
import type { Observation } from '../engine/inputs.ts';
import type { SampleSource } from '../signals/algebra/source.ts';
import { judgeCondition } from './condition.ts';
import { explainedByChecks } from './explain-pass-rate.ts';
import type { AlertRule } from './rule.ts';
import { signalCause } from './signal-cause.ts';

/**
 * Judges rules on recorded samples; the outcomes of the last cycle say which checks explain a pass rate. An evaluation that fails is unknown and says why; nothing is thrown.
 * Rules that ask only for new failures are left out: samples don't tell what was there before, `observeRollback` does.
 */
export function observeRules(
  rules: readonly AlertRule[],
  source: SampleSource,
  atMs: number,
  outcomes: readonly CheckOutcome[] = [],
): Observation[] {
  return rules.flatMap(({ name, condition, onlyNew, cause, limit }): Observation[] => {
    if (onlyNew) return [];
    const explainedBy =
      cause === signalCause('passRate') && limit ? explainedByChecks(outcomes, limit) : undefined;
    try {
      return judgeCondition(condition, source, atMs).map(({ labels, state, value }) => ({
        rule: name,
        labels,
        reading: { state, value },
        cause,
        explainedBy,
      }));
    } catch (thrown) {
      return [{ rule: name, reading: { state: 'unknown' }, problem: messageOf(thrown) }];
    }
  });
}
