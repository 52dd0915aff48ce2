export {
  type AlertSilence,
  acknowledgeAlerts,
  acknowledgeableOf,
  alertsNamed,
  openAlertsOf,
  shortIdOf,
  silenceAlerts,
} from './alert-actions.ts';
export { requireClearNames } from './cycle/clear-names.ts';
export type { CycleRecord } from './cycle/cycle-record.ts';
export { openCycleStandby } from './cycle/cycle-standby.ts';
export { expectedChecks, forgetCheck, requireOwedChecks, writeCatalogue } from './cycle/expected-checks.ts';
export { ingestReport } from './cycle/ingest-report.ts';
export { knownCheckShape } from './cycle/known-checks-file.ts';
export type { SuiteToRun } from './cycle/run-and-judge.ts';
export { type CycleOptions, runCycle } from './cycle/run-cycle.ts';
export { runSingleCycle } from './cycle/single-cycle.ts';
export { recordedCycleOf, storeCycle } from './cycle/store-cycle.ts';
export { type WrittenCycle, writeCycle } from './cycle/write-cycle.ts';
export type { DeploymentState, WatchedDeployment } from './deployments/deployment-state.ts';
export { runDeployments } from './deployments/run-deployments.ts';
export { runReloading } from './deployments/run-reloading.ts';
export { type ListedAlert, listAlerts } from './listed-alerts.ts';
export { alertWords, type WordContext } from './loop/alert-words.ts';
export type { WatchClock } from './loop/clock.ts';
export { openEvaluator } from './loop/evaluator.ts';
export { type JudgedCycle, openJudge } from './loop/judge.ts';
export { type Leadership, standingText } from './loop/leadership.ts';
export type { LoopOptions, LoopSurroundings } from './loop/loop-options.ts';
export { isToken, presentedToken, readersOf } from './loop/port-token.ts';
export { sendProblem } from './loop/problem.ts';
export { runLoop } from './loop/run-loop.ts';
export {
  type Confirmation,
  confirm,
  type SavedStates,
  type SentinelState,
  savedState,
  type TimedExchange,
} from './loop/saved-state.ts';
export { type Extension, sharedAnswer } from './loop/serve.ts';
export { stalledMs } from './loop/served.ts';
export { stopLoop } from './loop/stop-loop.ts';
export { openWatch } from './loop/watch.ts';
export type { Watch } from './loop/watch-options.ts';
export { type StatusInput, statusDocument, trustOf } from './loop/watch-status.ts';
