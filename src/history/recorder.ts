import type { Ask } from './ask.ts';
import { addObserved, beyond } from './observed-time.ts';
import { type Pruned, prune, type Retention } from './prune.ts';
import { recordCycle } from './record-cycle.ts';
import type { RecordedCycle } from './recorded-cycle.ts';
import type { ScrapedSample } from './samples.ts';
import {
  beginGrid,
  beginSlot,
  endGrid,
  type MissedRange,
  type MissedSlot,
  recordGap,
  recordMissed,
  type SlotGrid,
} from './slots.ts';
import { saveState } from './state.ts';

/** New series that are numbered in one go. */
const seriesOfTurn = 500;

/** Often enough to be some percent of what is kept, and at most some thousand marks. */
const markEveryMs = ({ retentionMs, sampleRetentionMs }: Retention): number =>
  Math.max(Math.min(3_600_000, retentionMs / 16, sampleRetentionMs / 16), retentionMs / 2000);

/** What the process that watches writes. Every method throws HistoryError and then wrote nothing. */
export const recorderOf = (ask: Ask, now: () => Date, keep: Retention) => ({
  /** For modules with tables of their own; what they write inside `transaction` is part of it. */
  get database() {
    return ask(({ db }) => db);
  },
  /** Slots found in flight at the opening whose process was dead; they are recorded as missed, `killed`. */
  get killedSlots() {
    return ask(({ killedSlots }) => killedSlots);
  },
  /** Everything that `action` writes, into `database` too, is kept, or nothing of it; transactions nest. It must not be asynchronous. */
  transaction: <T>(action: () => T): T => ask(({ store }) => store.transaction(action)),
  /** Sets the schedule from its start on, or continues it; the one before ends there. */
  beginGrid: (grid: SlotGrid) => ask(({ store }) => beginGrid(store, grid)),
  /** Ends the newest schedule. */
  endGrid: (endMs: number) => ask(({ store }) => endGrid(store, endMs)),
  /** Says before the suite runs that it does. */
  begin: (slotMs: number, cycleId: string) => ask(({ store }) => beginSlot(store, slotMs, cycleId)),
  recordCycle: (cycle: RecordedCycle) => ask(({ store, words }) => recordCycle(store, words, cycle)),
  recordMissed: (slots: readonly MissedSlot[]) => ask(({ store }) => recordMissed(store, slots)),
  /** Why slots that follow one another have no cycle, as one row. */
  recordGap: (gap: MissedRange) => ask(({ store }) => recordGap(store, gap)),
  /** Says that a loop ran for so long, by a clock that nobody can set; retention goes by it. */
  observed: (ranMs: number) =>
    ask(({ store }) => addObserved(store, ranMs, now().getTime(), markEveryMs(keep))),
  /** What of a table of another module is beyond retention: rows up to this number, dated before this time. */
  beyondRetention: (table: string) =>
    ask(({ store }) => ({
      lastRow: beyond(store, keep.retentionMs)?.lastRow(table) ?? 0,
      beforeMs: now().getTime() - keep.retentionMs,
    })),
  /** Numbers the series of a scrape that is large, in parts that may be interrupted; done before it is recorded. */
  *numberSeries(scraped: readonly ScrapedSample[]): Generator<undefined, void> {
    for (let at = 0; scraped.length > seriesOfTurn && at < scraped.length; at += seriesOfTurn) {
      ask(({ samples }) => samples.number(scraped.slice(at, at + seriesOfTurn)));
      yield;
    }
  },
  /** Records one scrape; with the name of its target, series that vanished from it are marked stale. */
  recordSamples: (timeMs: number, scraped: readonly ScrapedSample[], target?: string) =>
    ask(({ samples }) => samples.record(timeMs, scraped, target)),
  saveState: (key: string, value: unknown) =>
    ask(({ store }) => saveState(store, key, value, now().getTime())),
  /** Deletes one batch of what is beyond retention; call again while there is `more`. */
  prune: (): Pruned => ask(({ store, lists }) => prune(store, lists, now().getTime(), keep)),
});
