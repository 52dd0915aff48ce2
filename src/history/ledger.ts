import { sharedStreamOf } from '../alerts/index.ts';
import { mapTexts } from '../core/index.ts';
import type { Ask } from './ask.ts';
import { type BaselineEntry, replaceBaseline } from './baseline.ts';
import { addDecision, type DecisionEntry, repeatDecision, repetitionOf } from './decisions.ts';
import { addEntry, type JournalEntry, type JournalName } from './journal.ts';
import { type RecordedMaintenance, saveMaintenance } from './maintenance.ts';
import { settleRuns } from './shared/apply-entry.ts';
import { type EntryBody, type EntryKind, shareEntry } from './shared/entry.ts';
import { shareRun } from './shared/share-run.ts';
import { saveState } from './state.ts';
import type { Store } from './store.ts';

/**
 * What people and the alerts decide, as it is written down: decisions, the journals, acknowledgements, maintenance windows
 * and the baseline. It names no table, so that another store can stand behind it. `redact` takes secrets out of what
 * people and other programs gave. Where several Vigils share a ledger, what all of them must know waits for it from the
 * same transaction on.
 */
export function openLedger(
  ask: Ask,
  { redact, isShared, now }: { redact: (text: string) => string; isShared: boolean; now: () => Date },
) {
  const clean = <T>(entry: T): T => mapTexts(entry, redact);
  /** Writes, and shares what was written. */
  const shared = (write: (store: Store) => void, share: (store: Store) => void) =>
    ask(({ store }) => {
      if (!isShared) return write(store);
      store.transaction(() => {
        write(store);
        share(store);
      });
    });
  const journaled =
    <Name extends JournalName>(name: Name) =>
    (entry: JournalEntry<Name>) =>
      ask(({ store }) => addEntry(store, name, entry));
  const cleaned =
    <Name extends JournalName & EntryKind>(name: Name) =>
    (given: JournalEntry<Name>) => {
      const entry = clean(given);
      shared(
        (store) => addEntry(store, name, entry),
        (store) => shareEntry(store, name, entry as EntryBody<Name>),
      );
    };
  return {
    recordTransition: journaled('transitions'),
    recordMute: journaled('mutes'),
    recordDeployment: cleaned('deployments'),
    recordRollback: cleaned('rollbacks'),
    recordAcknowledgement: cleaned('acknowledgements'),
    recordDecision(given: DecisionEntry) {
      const entry = clean(given);
      shared(
        (store) => addDecision(store, entry),
        (store) => shareEntry(store, 'decision', entry, entry.id),
      );
    },
    /** Notes that a decision was given again, unchanged. */
    repeatDecision: (id: string, timeMs: number) =>
      shared(
        (store) => repeatDecision(store, id, timeMs),
        (store) => shareEntry(store, 'repeated', repetitionOf(store, id), id),
      ),
    /** Keeps a maintenance window; one with the same id is replaced. */
    saveMaintenance(given: RecordedMaintenance) {
      const window = clean(given);
      shared(
        (store) => saveMaintenance(store, window),
        (store) => shareEntry(store, 'maintenance', { ...window, matchers: [...window.matchers] }, window.id),
      );
    },
    /** Replaces the baseline. */
    saveBaseline: (given: readonly BaselineEntry[]) =>
      shared(
        (store) => replaceBaseline(store, given),
        (store) => shareEntry(store, 'baseline', [...given], ''),
      ),
    /** Keeps a state that every Vigil of the deployment needs. */
    saveShared(key: string, value: unknown) {
      const timeMs = now().getTime();
      shared(
        (store) => saveState(store, key, value, timeMs),
        (store) => shareEntry(store, 'state', { key, value, timeMs }, key),
      );
    },
    /** Shares a run of a rollback as its journal has it now, written by `fence`; `isOver` when no other option follows it. */
    shareRun(id: string, isOver: boolean, fence: number | null) {
      if (isShared) ask(({ store }) => shareRun(store, id, isOver, fence));
    },
    /** Says that somebody wants a run aborted, wherever it is carried out. */
    askAbort: (run: string, timeMs: number) =>
      shared(
        (store) => void store.run('UPDATE rollback_runs SET abort_asked_ms = ? WHERE id = ?', timeMs, run),
        (store) => shareEntry(store, 'abort', { run, timeMs }, run),
      ),
    /** Settles the rollbacks that have ended; returns how many. */
    settleRollbacks(timeMs: number): number {
      let settled = 0;
      shared(
        (store) => {
          settled = settleRuns(store, timeMs);
        },
        (store) => shareEntry(store, 'settled', { timeMs }),
      );
      return settled;
    },
    /** Says what somebody was told of an alert. */
    shareNotified(notified: EntryBody<'told'>) {
      if (isShared) ask(({ store }) => shareEntry(store, 'told', notified, sharedStreamOf(notified.event)));
    },
    /** For the exchange with the ledger that is shared. */
    forExchange: ask,
  };
}

export type Ledger = ReturnType<typeof openLedger>;
