import { countsOf, type SignalNaming } from '../signals/algebra/named.ts';
import { errorsToTell, operationsToResolve } from '../signals/judge.ts';
import type { RuleCondition } from './condition.ts';

/** Whether live traffic suffices to hold an error ratio against a limit, as the check of the same limit asks for it. */
export function enoughOperations(limit: number, naming: SignalNaming): RuleCondition {
  const { operations, errors } = countsOf(naming);
  return {
    kind: 'any',
    of: [
      {
        kind: 'bound',
        expression: operations,
        bound: { operator: '>=', value: operationsToResolve(limit) },
      },
      { kind: 'bound', expression: errors, bound: { operator: '>=', value: errorsToTell(limit) } },
    ],
  };
}
