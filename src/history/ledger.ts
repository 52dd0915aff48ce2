import { mapTexts } from '../core/index.ts';
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
import type { Store } from './store.ts';

/**
 * What people and the alerts decide, as it is written down: decisions, the journals, acknowledgements, maintenance windows
 * and the baseline. It names no table, so that another store can stand behind it.
 */
export interface Ledger {
  recordTransition(transition: RecordedTransition): void;
  recordNotification(entry: NotificationEntry): void;
  recordDeployment(deployment: Deployment): void;
  recordRollback(entry: RollbackEntry): void;
  recordDecision(entry: DecisionEntry): void;
  /** Notes that a decision was given again, unchanged. */
  repeatDecision(id: string, timeMs: number): void;
  recordAcknowledgement(acknowledgement: RecordedAcknowledgement): void;
  recordMute(entry: MuteEntry): void;
  /** Keeps a maintenance window; one with the same id is replaced. */
  saveMaintenance(window: RecordedMaintenance): void;
  /** Replaces the baseline. */
  saveBaseline(entries: readonly BaselineEntry[]): void;
}

/** The ledger in SQLite; `redact` takes secrets out of what people and other programs gave. */
export function openLedger(store: Store, redact: (text: string) => string): Ledger {
  const clean = <T>(entry: T): T => mapTexts(entry, redact);
  return {
    recordTransition: (entry) => addEntry(store, journals.transitions, entry),
    recordNotification: (entry) => addEntry(store, journals.notifications, entry),
    recordDeployment: (entry) => addEntry(store, journals.deployments, clean(entry)),
    recordRollback: (entry) => addEntry(store, journals.rollbacks, clean(entry)),
    recordDecision: (entry) => addDecision(store, clean(entry)),
    repeatDecision: (id, timeMs) => repeatDecision(store, id, timeMs),
    recordAcknowledgement: (entry) => addEntry(store, journals.acknowledgements, clean(entry)),
    recordMute: (entry) => addEntry(store, journals.mutes, entry),
    saveMaintenance: (window) => saveMaintenance(store, clean(window)),
    saveBaseline: (entries) => replaceBaseline(store, entries),
  };
}
