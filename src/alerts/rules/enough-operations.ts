import { times } from '../signals/algebra/build.ts';
import type { Expression } from '../signals/algebra/expression.ts';
import type { SignalNaming } from '../signals/algebra/signal-naming.ts';
import { eachService, increaseOf } from '../signals/algebra/traffic.ts';
import { errorsToTell, operationsForP95, operationsToResolve } from '../signals/judge.ts';
import type { RuleCondition } from './condition.ts';

const atLeast = (expression: Expression | undefined, value: number): RuleCondition[] =>
  expression ? [{ kind: 'bound', expression, bound: { operator: '>=', value } }] : [];

/** Whether each service had so many operations; where it says itself how many are enough, that many instead. */
function operationsAtLeast(needed: number, naming: SignalNaming, overMs?: number): RuleCondition[] {
  const operations = eachService(naming, (sli, windowMs) => {
    const count = increaseOf(sli, 'operations', overMs ?? windowMs);
    const { minimum } = sli.traffic;
    return minimum === undefined ? count : times(count, needed / minimum);
  });
  return atLeast(operations, needed);
}

/**
 * Whether live traffic suffices to hold an error ratio against a limit, as the check of the same limit asks for it; over the
 * live window unless another is given.
 */
export function enoughOperations(limit: number, naming: SignalNaming, overMs?: number): RuleCondition {
  const errors = eachService(naming, (sli, windowMs) => increaseOf(sli, 'errors', overMs ?? windowMs));
  return {
    kind: 'any',
    of: [
      ...operationsAtLeast(operationsToResolve(limit), naming, overMs),
      ...atLeast(errors, errorsToTell(limit)),
    ],
  };
}

/** Whether live traffic suffices for a P95, as the check of the same limit asks for it. */
export const enoughForP95 = (naming: SignalNaming): RuleCondition => ({
  kind: 'any',
  of: operationsAtLeast(operationsForP95, naming),
});

/** So many requests show a rise in those that are rejected. */
const requestsForRise = 20;

/** Whether there were requests enough to show a rise in those that are rejected. */
export const enoughForRise = (naming: SignalNaming): RuleCondition => ({
  kind: 'any',
  of: operationsAtLeast(requestsForRise, naming),
});
