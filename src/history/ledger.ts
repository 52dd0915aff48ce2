import { mapTexts } from '../core/index.ts';
import type { Ask } from './ask.ts';
import { type BaselineEntry, replaceBaseline } from './baseline.ts';
import { addDecision, type DecisionEntry, repeatDecision } from './decisions.ts';
import { addEntry, type JournalEntry, type JournalName } from './journal.ts';
import { type RecordedMaintenance, saveMaintenance } from './maintenance.ts';

/**
 * What people and the alerts decide, as it is written down: decisions, the journals, acknowledgements, maintenance windows
 * and the baseline. It names no table, so that another store can stand behind it. `redact` takes secrets out of what
 * people and other programs gave.
 */
export function openLedger(ask: Ask, redact: (text: string) => string) {
  const clean = <T>(entry: T): T => mapTexts(entry, redact);
  const journaled =
    <Name extends JournalName>(name: Name) =>
    (entry: JournalEntry<Name>) =>
      ask(({ store }) => addEntry(store, name, entry));
  const cleaned =
    <Name extends JournalName>(name: Name) =>
    (entry: JournalEntry<Name>) =>
      journaled(name)(clean(entry));
  return {
    recordTransition: journaled('transitions'),
    recordMute: journaled('mutes'),
    recordDeployment: cleaned('deployments'),
    recordRollback: cleaned('rollbacks'),
    recordAcknowledgement: cleaned('acknowledgements'),
    recordDecision: (entry: DecisionEntry) => ask(({ store }) => addDecision(store, clean(entry))),
    /** Notes that a decision was given again, unchanged. */
    repeatDecision: (id: string, timeMs: number) => ask(({ store }) => repeatDecision(store, id, timeMs)),
    /** Keeps a maintenance window; one with the same id is replaced. */
    saveMaintenance: (window: RecordedMaintenance) =>
      ask(({ store }) => saveMaintenance(store, clean(window))),
    /** Replaces the baseline. */
    saveBaseline: (given: readonly BaselineEntry[]) => ask(({ store }) => replaceBaseline(store, given)),
  };
}

export type Ledger = ReturnType<typeof openLedger>;
