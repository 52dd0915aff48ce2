export { baselineOf } from '../outcomes/index.ts';
export { takeLock } from './instance-lock.ts';
export { type Judge, type JudgedCycle, openJudge } from './judge.ts';
export type { SavedStates, WatchIdentity } from './saved-state.ts';
export { type Confirmation, confirm } from './schedule.ts';
export { type Scrape, scrapeAll } from './scrape.ts';
export type { SentinelState } from './sentinel.ts';
export { type Extension, type Served, type Server, serve } from './serve.ts';
export { openWatch } from './watch.ts';
export { realClock, type WatchClock } from './watch-clock.ts';
export type { Watch, WatchOptions } from './watch-options.ts';
export {
  type StatusInput,
  statusDocument,
  type Trust,
  trustOf,
  watchVerdict,
} from './watch-status.ts';
