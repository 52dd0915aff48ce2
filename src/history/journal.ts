import { z } from 'zod';
import { damaged } from './history-error.ts';
import type { Store } from './store.ts';

const time = z.number();
const text = z.string();
/** Kept as JSON. */
const labels = z.preprocess((kept) => JSON.parse(String(kept)), z.record(text, text));

/** The tables that only ever grow, each a list of dated entries. */
export const journals = {
  /** Alerts that went from one state to another. */
  transitions: z.object({
    timeMs: time,
    alert: text,
    labels,
    from: text,
    to: text,
    value: z.number().optional(),
    cycleId: text.optional(),
  }),
  deployments: z.object({
    timeMs: time,
    release: text,
    who: text.optional(),
    note: text.optional(),
  }),
  /** Steps of rollbacks; `release` is the one that is returned to. */
  rollbacks: z.object({
    timeMs: time,
    kind: text,
    stage: text,
    status: text,
    reason: text.optional(),
    who: text.optional(),
    release: text.optional(),
    note: text.optional(),
  }),
  /** Until when an alert was taken; without it, until the alert resolves. */
  acknowledgements: z.object({
    timeMs: time,
    alertKey: text,
    who: text,
    untilMs: time.optional(),
    note: text.optional(),
  }),
  /** Firing alerts that are told to nobody from then on; `by` is what explains it, a window's reason, or who took it. */
  mutes: z.object({
    timeMs: time,
    alert: text,
    alertKey: text,
    labels,
    kind: z.enum(['inhibited', 'maintenance', 'acknowledged']),
    by: text,
  }),
};

export type JournalName = keyof typeof journals;
export type JournalEntry<Name extends JournalName> = z.output<(typeof journals)[Name]>;
export type RecordedTransition = JournalEntry<'transitions'>;
export type Deployment = JournalEntry<'deployments'>;
export type RecordedAcknowledgement = JournalEntry<'acknowledgements'>;

/** `alertKey` is in the column `alert_key`. */
const columnOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Appends an entry. */
export function addEntry<Name extends JournalName>(
  store: Store,
  name: Name,
  entry: JournalEntry<Name>,
): void {
  const fields = Object.keys(journals[name].shape) as (keyof JournalEntry<Name>)[];
  store.insert(name, Object.fromEntries(fields.map((field) => [columnOf(String(field)), entry[field]])));
}

/**
 * The entries of fromMs ≤ time ≤ toMs in the order in which they happened.
 * @throws HistoryError `corrupt` for a row that no entry was written as
 */
export function entries<Name extends JournalName>(
  store: Store,
  name: Name,
  fromMs: number,
  toMs: number,
): JournalEntry<Name>[] {
  const shape: z.ZodType = journals[name];
  const names = Object.keys(journals[name].shape).map((field) => `"${columnOf(field)}" AS "${field}"`);
  return store
    .all(
      `SELECT ${names.join(', ')} FROM ${name} WHERE time_ms BETWEEN ? AND ? ORDER BY time_ms, id`,
      fromMs,
      toMs,
    )
    .map((row) => {
      const known = Object.entries(row).filter(([, value]) => value !== null);
      try {
        return shape.parse(Object.fromEntries(known)) as JournalEntry<Name>;
      } catch {
        throw damaged(store.file, `a row of ${name} is none that was written`);
      }
    });
}
