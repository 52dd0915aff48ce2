export { alertSeries } from './alert-series.ts';
export { askRecorded } from './ask-recorded.ts';
export { type Coverage, type Gap, largestGapOf } from './coverage.ts';
export { exportAlerts, exportSnapshots } from './export-files.ts';
export type { History, HistoryReader } from './history.ts';
export { diskIsFull, HistoryError } from './history-error.ts';
export { historyFile, loopLockFile, rollbackLockFile } from './history-file.ts';
export type { IdentityStretch } from './identity.ts';
export type { Deployment, RecordedAcknowledgement, RecordedTransition } from './journal.ts';
export { type LastingHistory, openLastingHistory } from './lasting-history.ts';
export type { RecordedMaintenance } from './maintenance.ts';
export { openHistory, openHistoryReader } from './open-history.ts';
export { type PastCycles, pastCyclesOf } from './past-cycles.ts';
export { hostOf, isOwnerAlive, ownerOf, ownOwner, pidOf } from './process-owner.ts';
export { proveRow } from './prove-row.ts';
export { readMeasured } from './read-measured.ts';
export { readPast } from './read-past.ts';
export { readDeployedMs, readStage } from './read-stage.ts';
export type {
  CycleReader,
  JournalReader,
  RowReader,
  SampleReader,
  StateReader,
} from './readers.ts';
export type { RecordedCycle, RecordedOutcome } from './recorded-cycle.ts';
export type { ScrapedSample } from './samples.ts';
export { seriesText } from './series-text.ts';
export { describeLedger, LedgerUnreachable } from './shared/connect-ledger.ts';
export { FencedOff, type RollbackHold } from './shared/rollback-row.ts';
export { type LedgerStanding, openSharedLedger, type SharedLedger } from './shared/shared-ledger.ts';
export type { MissedReason, SlotGrid } from './slots.ts';
export { keptLive, restoreLive, type Snapshot, storeLive, type Verdict } from './snapshot.ts';
export { sqlText } from './sql-text.ts';
