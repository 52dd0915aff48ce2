export { baselineOf } from './fingerprint.ts';
export { type InstanceLock, takeLock } from './instance-lock.ts';
export { type Scrape, scrapeAll } from './scrape.ts';
export { type Extension, type Served, type Server, serve } from './serve.ts';
export { openWatch, realClock, type Watch, type WatchClock, type WatchOptions } from './watch.ts';
export {
  leastCoverage,
  type StatusInput,
  statusDocument,
  type Trust,
  trustOf,
  watchVerdict,
} from './watch-status.ts';
