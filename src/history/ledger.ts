import { mapTexts } from '../core/index.ts';
import type { Ask } from './ask.ts';
import { type BaselineEntry, replaceBaseline } from './baseline.ts';
import { addDecision, type DecisionEntry, repeatDecision } from './decisions.ts';
import {
  addEntry,
  type Deployment,
  journals,
  type MuteEntry,
  type NotificationEntry,
  type RecordedAcknowledgement,
  type RecordedTransition,
  type RollbackEntry,
} from './journal.ts';
import { type RecordedMaintenance, saveMaintenance } from './maintenance.ts';

/**
 * What people and the alerts decide, as it is written down: decisions, the journals, acknowledgements, maintenance windows
 * and the baseline. It names no table, so that another store can stand behind it. `redact` takes secrets out of what
 * people and other programs gave.
 */
export function openLedger(ask: Ask, redact: (text: string) => string) {
  const clean = <T>(entry: T): T => mapTexts(entry, redact);
  return {
    recordTransition: (entry: RecordedTransition) =>
      ask(({ store }) => addEntry(store, journals.transitions, entry)),
    recordNotification: (entry: NotificationEntry) =>
      ask(({ store }) => addEntry(store, journals.notifications, entry)),
    recordDeployment: (entry: Deployment) =>
      ask(({ store }) => addEntry(store, journals.deployments, clean(entry))),
    recordRollback: (entry: RollbackEntry) =>
      ask(({ store }) => addEntry(store, journals.rollbacks, clean(entry))),
    recordDecision: (entry: DecisionEntry) => ask(({ store }) => addDecision(store, clean(entry))),
    /** Notes that a decision was given again, unchanged. */
    repeatDecision: (id: string, timeMs: number) => ask(({ store }) => repeatDecision(store, id, timeMs)),
    recordAcknowledgement: (entry: RecordedAcknowledgement) =>
      ask(({ store }) => addEntry(store, journals.acknowledgements, clean(entry))),
    recordMute: (entry: MuteEntry) => ask(({ store }) => addEntry(store, journals.mutes, entry)),
    /** Keeps a maintenance window; one with the same id is replaced. */
    saveMaintenance: (window: RecordedMaintenance) =>
      ask(({ store }) => saveMaintenance(store, clean(window))),
    /** Replaces the baseline. */
    saveBaseline: (given: readonly BaselineEntry[]) => ask(({ store }) => replaceBaseline(store, given)),
  };
}

export type Ledger = ReturnType<typeof openLedger>;
