export type { CheckOutcome, Outcome } from './check-outcome.ts';
export { type Baseline, baselineOf, isNewFailure } from './fingerprint.ts';
export { NOT_DECLARED } from './judge-check.ts';
export { type JudgedSuite, judgeCatalogue, judgeReport } from './judge-suite.ts';
export { type SuiteResult, suiteResultOf } from './suite-result.ts';
