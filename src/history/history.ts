import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { LiveSample, Point, SampleSource, Series } from '../alerts/index.ts';
import type { BaselineEntry } from './baseline.ts';
import type { Coverage } from './coverage.ts';
import type { DecisionEntry, TakenEntry } from './decisions.ts';
import type {
  Deployment,
  MuteEntry,
  NotificationEntry,
  RecordedAcknowledgement,
  RecordedTransition,
  RollbackEntry,
} from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { RecordedMaintenance } from './maintenance.ts';
import type { Pruned } from './prune.ts';
import type { HistoryCounts } from './read-counts.ts';
import type { CycleRange, OutcomeCount, Strip } from './read-cycles.ts';
import type { RecordedCycle } from './recorded-cycle.ts';
import type { ScrapedSample, SeriesSelector } from './samples.ts';
import type { MissedSlot, SlotGrid } from './slots.ts';
import type { Snapshot } from './snapshot.ts';
import type { OutcomeTally } from './tally.ts';

/** Questions to the evidence. Times are milliseconds since 1970, ranges closed at both ends unless said otherwise. */
export interface HistoryReader extends Required<SampleSource> {
  file: string;
  /** The newest `limit` (default 1,000) snapshots of cycles started at `fromMs` or later, oldest first. */
  snapshots(fromMs: number, limit?: number, targetId?: string): Snapshot[];
  /** The newest `limit` limits that cycles showed crossed, oldest first, as they were recorded. */
  violations(limit: number): unknown[];
  /** Passed ÷ judged; `undefined` when nothing was judged. */
  passRate(
    fromMs: number,
    toMs: number,
    targetId?: string,
  ): { ratio: number; cycles: number; judged: number } | undefined;
  /** Cycles by verdict, and how many are of other targets. */
  tally(fromMs: number, toMs: number, targetId?: string): OutcomeTally;
  /** A signal over time, cycles without a value left out. */
  points(signal: string, fromMs: number, toMs: number, targetId?: string): Point[];
  /** The live counters at the end of each cycle. */
  liveSamples(fromMs: number, toMs: number, targetId?: string): LiveSample[];
  /** Each check over time, in the order of the suite. */
  outcomes(range: CycleRange, check?: string): Strip[];
  /** How often each check came to which outcome, by stretches of `bucketMs` counted from 1970. */
  outcomeCounts(range: CycleRange, bucketMs: number): OutcomeCount[];
  latestCycle(targetId?: string): RecordedCycle | undefined;
  cycle(id: string): RecordedCycle | undefined;
  /** Slots observed and missed of those due in [fromMs, toMs). */
  coverage(fromMs: number, toMs: number): Coverage;
  /** The schedules so far, oldest first. */
  grids(): SlotGrid[];
  /** The names of everything that was scraped. */
  metrics(): string[];
  /** Scraped samples of a metric, by series. */
  samples(selector: SeriesSelector, fromMs: number, toMs: number): Series[];
  counts(): HistoryCounts;
  transitions(fromMs: number, toMs: number): RecordedTransition[];
  notifications(fromMs: number, toMs: number): NotificationEntry[];
  deployments(fromMs: number, toMs: number): Deployment[];
  rollbacks(fromMs: number, toMs: number): RollbackEntry[];
  /** What the gate decided. */
  decisions(fromMs: number, toMs: number): DecisionEntry[];
  latestDecision(via: string, to: number): DecisionEntry | undefined;
  /** The stages taken in the rollout of the deployment of that time. */
  takenStages(deployedMs: number): TakenEntry[];
  acknowledgements(fromMs: number, toMs: number): RecordedAcknowledgement[];
  /** Alerts that were told to nobody, each when that began and when its reason changed. */
  mutes(fromMs: number, toMs: number): MuteEntry[];
  /** Maintenance windows that touch the range; `(now, now)` for those that are open. */
  maintenance(fromMs: number, toMs: number): RecordedMaintenance[];
  baseline(): BaselineEntry[];
  /** The state under a key; `undefined` when none was saved. The caller checks its shape. */
  loadState(key: string): unknown;
  /** Runs one SELECT with its values written out, for figures whose query is shown; anything that writes is refused. */
  query(sql: string): Record<string, unknown>[];
  /** Rows of tables that belong to other modules; damage is a HistoryError here too. */
  rows(sql: string, ...values: SQLInputValue[]): Record<string, SQLOutputValue>[];
  /** Everything that `action` asks is answered as of one instant, whatever is recorded meanwhile. It must not be asynchronous. */
  atOneInstant<T>(action: () => T): T;
  /** When the state under a key was saved. */
  stateSavedMs(key: string): number | undefined;
  close(): void;
}

/** The evidence history of the process that watches. Every method that writes throws HistoryError and then wrote nothing. */
export interface History extends HistoryReader, Ledger {
  /** For modules with tables of their own; what they write inside `transaction` is part of it. */
  database: DatabaseSync;
  /** Everything that `action` writes, into `database` too, is kept, or nothing of it; transactions nest. It must not be asynchronous. */
  transaction<T>(action: () => T): T;
  /** Sets the schedule from its start on, or continues it; the one before ends there. */
  beginGrid(grid: SlotGrid): void;
  /** Ends the newest schedule. */
  endGrid(endMs: number): void;
  /** Says before the suite runs that it does. */
  begin(slotMs: number, cycleId: string): void;
  recordCycle(cycle: RecordedCycle): void;
  recordMissed(slots: readonly MissedSlot[]): void;
  /** Slots found in flight at the opening whose process was dead; they are recorded as missed, `killed`. */
  killedSlots: readonly number[];
  /** Records one scrape; with the name of its target, series that vanished from it are marked stale. */
  recordSamples(timeMs: number, samples: readonly ScrapedSample[], target?: string): void;
  /** A scrape that failed: marks stale the series of this target, or those whose text begins so. */
  recordStale(timeMs: number, targetPrefix: string): void;
  saveState(key: string, value: unknown): void;
  /** Deletes one batch of what is beyond retention; call again while there is `more`. */
  prune(): Pruned;
}
