import { times } from '../signals/algebra/build.ts';
import type { Expression } from '../signals/algebra/expression.ts';
import type { SignalNaming } from '../signals/algebra/signal-naming.ts';
import { eachService, increaseOf } from '../signals/algebra/traffic.ts';
import { errorsToTell, operationsToResolve } from '../signals/judge.ts';
import type { RuleCondition } from './condition.ts';

const atLeast = (expression: Expression | undefined, value: number): RuleCondition[] =>
  expression ? [{ kind: 'bound', expression, bound: { operator: '>=', value } }] : [];

/** Whether live traffic suffices to hold an error ratio against a limit, as the check of the same limit asks for it. */
export function enoughOperations(limit: number, naming: SignalNaming): RuleCondition {
  const needed = operationsToResolve(limit);
  // Each service may say how many are enough for it: held against that share of what is needed.
  const operations = eachService(naming, (sli, windowMs) => {
    const count = increaseOf(sli, 'operations', windowMs);
    const { minimum } = sli.traffic;
    return minimum === undefined ? count : times(count, needed / minimum);
  });
  const errors = eachService(naming, (sli, windowMs) => increaseOf(sli, 'errors', windowMs));
  return {
    kind: 'any',
    of: [...atLeast(operations, needed), ...atLeast(errors, errorsToTell(limit))],
  };
}
