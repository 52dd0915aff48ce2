import type { Ask } from './ask.ts';
import { type Pruned, prune, type Retention } from './prune.ts';
import { recordCycle } from './record-cycle.ts';
import type { RecordedCycle } from './recorded-cycle.ts';
import type { ScrapedSample } from './samples.ts';
import { beginGrid, beginSlot, endGrid, type MissedSlot, recordMissed, type SlotGrid } from './slots.ts';
import { saveState } from './state.ts';

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
  /** Records one scrape; with the name of its target, series that vanished from it are marked stale. */
  recordSamples: (timeMs: number, scraped: readonly ScrapedSample[], target?: string) =>
    ask(({ samples }) => samples.record(timeMs, scraped, target)),
  saveState: (key: string, value: unknown) =>
    ask(({ store }) => saveState(store, key, value, now().getTime())),
  /** Deletes one batch of what is beyond retention; call again while there is `more`. */
  prune: (): Pruned => ask(({ store, lists }) => prune(store, lists, now().getTime(), keep)),
});
