export { baselineOf } from '../outcomes/index.ts';
export { takeLock } from './instance-lock.ts';
export type { SavedStates, WatchIdentity } from './saved-state.ts';
export type { Confirmation } from './schedule.ts';
export { type Scrape, scrapeAll } from './scrape.ts';
export type { SentinelState } from './sentinel.ts';
export { type Extension, type Served, type Server, serve } from './serve.ts';
export { openWatch, realClock, type Watch, type WatchClock, type WatchOptions } from './watch.ts';
export {
  type StatusInput,
  statusDocument,
  type Trust,
  trustOf,
  watchVerdict,
} from './watch-status.ts';
