import type { CheckOutcome, Outcome } from '../../../src/suite/outcomes/check-outcome.ts';

/** What a check of the health group came to, without measurements. */
export const outcomeOf = (id: string, outcome: Outcome): CheckOutcome => ({
  id,
  title: id,
  group: 'health',
  outcome,
  executed: true,
  measurements: [],
});
