export type { CheckOutcome, Outcome } from './check-outcome.ts';
export { type Baseline, baselineOf, isNewFailure } from './fingerprint.ts';
export { NOT_DECLARED } from './judge-check.ts';
export { type JudgedSuite, judgeCatalogue, judgeReport } from './judge-suite.ts';
export { heldAgainst, type KnownCheck, type KnownChecks, knownCheckOf, remembered } from './known-checks.ts';
export { isFailure, type QuarantineState, quarantine } from './quarantine.ts';
export { type SuiteResult, suiteResultOf } from './suite-result.ts';
