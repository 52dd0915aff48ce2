export {
  type EmbeddedTarget,
  type Harness,
  openHarness,
  type StartEmbedded,
  sharedHarness,
} from './harness/open-harness.ts';
export {
  type Criteria,
  criteriaDifferences,
  criteriaOf,
  criteriaWith,
  limitsHash,
  limitsShape,
  suiteHash,
  suitePartsShape,
} from './identity/criteria.ts';
export {
  instanceCounts,
  type MixedReleases,
  mixedReleases,
  mixedReleasesText,
} from './identity/mixed-releases.ts';
export {
  askReleases,
  type CycleIdentity,
  type ReleaseAnswers,
  type Releases,
  releaseIdsIn,
  releasesShape,
  type SaidByInstance,
  saidByInstances,
} from './identity/read-releases.ts';
export { asJUnit, printedReport } from './junit/as-junit.ts';
export { parseJUnit } from './junit/parse.ts';
export type { JUnitCase, JUnitProblem, JUnitReport } from './junit/types.ts';
export { isMeantSkip, skipWords } from './outcomes/accepted-skips.ts';
export { ambiguity, checksNamed, shownNames } from './outcomes/check-names.ts';
export type { CheckOutcome, Outcome } from './outcomes/check-outcome.ts';
export { downIn, downProblem } from './outcomes/down-problem.ts';
export { failureCause, isOfWatcher } from './outcomes/failure-cause.ts';
export { failureText } from './outcomes/failure-text.ts';
export { type Baseline, baselineOf, isNewFailure } from './outcomes/fingerprint.ts';
export { NOT_DECLARED } from './outcomes/judge-check.ts';
export { type JudgedSuite, judgeCatalogue, judgeReport } from './outcomes/judge-suite.ts';
export {
  heldAgainst,
  type KnownCheck,
  type KnownChecks,
  knownCheckOf,
  remembered,
  withoutOthers,
} from './outcomes/known-checks.ts';
export { isLate, lateAdvice, wasUnderWay } from './outcomes/late-run.ts';
export { type CheckPlace, locateCheck, placeText, type SuitePlace } from './outcomes/locate-check.ts';
export { isFailure, type QuarantineState, quarantine, withoutQuarantined } from './outcomes/quarantine.ts';
export { type SuiteResult, suiteResultOf } from './outcomes/suite-result.ts';
export { uncleanedBy, uncleanedTexts } from './outcomes/uncleaned.ts';
export { isKeptBy, isNotLoaded } from './outcomes/whole-failure.ts';
export { catalogueOfProbes } from './probes/catalogue.ts';
export { withFittingNext } from './probes/fitting-next.ts';
export { faultsMeasured } from './probes/probe-result.ts';
export { runProbes } from './probes/run-probes.ts';
export {
  type CycleTrace,
  caseNameOf,
  checkSpanId,
  contextOf,
  type RunContext,
  readContext,
  refersToSecrets,
} from './run/context.ts';
export { endTree } from './run/end-processes.ts';
export { type CaseEvent, exchange } from './run/events.ts';
export { readLeft } from './run/read-left.ts';
export { runSuite } from './run/run-suite.ts';
export { runCommand } from './run/spawn-command.ts';
export { openStandby, type Standby } from './run/standby.ts';
export { requireSuiteRoot } from './run/suite-root.ts';
export { UNKNOWN_OUTCOME, UnknownOutcome } from './run/unknown-outcome.ts';
