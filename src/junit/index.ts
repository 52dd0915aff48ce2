export { parseJUnit } from './parse.ts';
export type {
  JUnitCase,
  JUnitFailure,
  JUnitLimits,
  JUnitOutcome,
  JUnitProblem,
  JUnitProblemCode,
  JUnitProperty,
  JUnitReport,
  JUnitSkip,
  JUnitSuite,
  JUnitTotals,
} from './types.ts';
