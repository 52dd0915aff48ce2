import { ofFormer } from '../core/index.ts';
import type { RecordedOutcome } from './recorded-cycle.ts';
import type { Store } from './store.ts';

/** Longest text that is kept of a reason or a note; the JUnit file of the cycle has all of it. */
const textLimit = 2000;

/** Numbers for the words that repeat in the evidence; each word is stored once. */
export interface StoredWords {
  name(text: string): number;
  /** A reason or a note that this cycle needs; it goes with the last cycle that needs it. */
  text(text: string, cycle: number): number;
  /** `was` is what the check was called before version 0.2; what is kept under that name is its own from now on. */
  check(check: Pick<RecordedOutcome, 'id' | 'was' | 'title' | 'group'>): number;
  metric(name: string, unit: string, operator: string): number;
}

/** Gives a check that was recorded by class and name the id that it has now, and so its past. */
function rename(store: Store, was: string, id: string): void {
  const isRecorded = store.get('SELECT 1 FROM checks WHERE name = ?', id);
  if (isRecorded) return;
  const { changes } = store.run(
    'UPDATE checks SET name = ?, by_name = 0 WHERE name = ? AND by_name = 1',
    id,
    was,
  );
  if (changes === 0) return;
  store.run(
    'UPDATE baseline SET "check" = ?1, fingerprint = fingerprint || ?2 WHERE "check" = ?3',
    id,
    `${ofFormer}${was}`,
    was,
  );
}

/** Opens the words. */
export function openStoredWords(store: Store): StoredWords {
  /** The number of a row with these words, which is inserted where there is none. */
  const idOf = (table: string, words: Readonly<Record<string, string>>): number => {
    const condition = Object.keys(words).map((column) => `${column} = ?`);
    const found = store.get(
      `SELECT id FROM ${table} WHERE ${condition.join(' AND ')}`,
      ...Object.values(words),
    );
    return found ? Number(found.id) : store.insert(table, words).id;
  };

  return {
    name: (text) => idOf('names', { text }),
    text(text, cycle) {
      const kept = text.length > textLimit ? `${text.slice(0, textLimit - 1)}…` : text;
      const row = store.get(
        `INSERT INTO texts (text, last_cycle) VALUES (?, ?)
         ON CONFLICT (text) DO UPDATE SET last_cycle = excluded.last_cycle RETURNING id`,
        kept,
        cycle,
      );
      return Number(row?.id);
    },
    check({ id, was, title, group }) {
      if (was !== undefined && was !== id) rename(store, was, id);
      const row = store.get(
        `INSERT INTO checks (name, title, suite) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET title = excluded.title, suite = excluded.suite RETURNING id`,
        id,
        title,
        group,
      );
      return Number(row?.id);
    },
    metric: (name, unit, operator) => idOf('metrics', { name, unit, operator }),
  };
}
