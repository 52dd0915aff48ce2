export { alertSeries } from './alert-series.ts';
export type { Coverage, Gap } from './coverage.ts';
export type { DecisionEntry } from './decisions.ts';
export { type FlipRate, flipRates } from './flip-rates.ts';
export type { History, HistoryReader } from './history.ts';
export { HistoryError, type HistoryFailure } from './history-error.ts';
export type {
  Acknowledgement,
  Deployment,
  MuteEntry,
  NotificationEntry,
  RollbackEntry,
  Transition,
} from './journal.ts';
export type { BaselineEntry, MaintenanceWindow } from './keepsakes.ts';
export { type LastingHistory, openLastingHistory } from './lasting-history.ts';
export { type HistoryOptions, openHistory, openHistoryReader } from './open-history.ts';
export { isOwnerAlive, ownerOf, ownOwner, pidOf } from './process-owner.ts';
export type { Pruned } from './prune.ts';
export type { HistoryCounts } from './read-coverage.ts';
export type { CycleRange, OutcomeCount, Strip, StripEntry } from './read-cycles.ts';
export { type RecordedCycle, type RecordedOutcome, recordedCycleOf } from './recorded-cycle.ts';
export type { ScrapedSample, SeriesSelector } from './samples.ts';
export { type SeriesId, seriesText } from './series-text.ts';
export type { Grid, MissedReason, MissedSlot } from './slots.ts';
export { sqlText } from './sql-text.ts';
export type { Tally } from './tally.ts';
