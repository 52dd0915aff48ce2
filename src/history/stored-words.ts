import type { SQLInputValue } from 'node:sqlite';
import type { Store } from './store.ts';

/** Longest text that is kept of a reason or a note; the JUnit file of the cycle has all of it. */
const textLimit = 2000;

/** Numbers for the words that repeat in the evidence; each word is stored once. */
export interface StoredWords {
  name(text: string): number;
  /** A reason or a note that this cycle needs; it goes with the last cycle that needs it. */
  text(text: string, cycle: number): number;
  check(id: string, title: string, group: string): number;
  metric(name: string, unit: string, operator: string): number;
}

/** Opens the words; what is remembered is forgotten when a transaction is undone. */
export function openStoredWords(store: Store): StoredWords {
  const known = new Map<string, number>();
  store.onUndo(() => known.clear());

  const idOf = (key: string, find: string, insert: string, ...values: SQLInputValue[]): number => {
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const found = store.get(find, ...values);
    const id = found ? Number(found.id) : store.run(insert, ...values).id;
    known.set(key, id);
    return id;
  };

  return {
    name: (text) =>
      idOf(
        `name ${text}`,
        'SELECT id FROM names WHERE text = ?',
        'INSERT INTO names (text) VALUES (?)',
        text,
      ),
    text(text, cycle) {
      // Not remembered: failure texts differ from cycle to cycle, and the memory would only grow.
      const kept = text.length > textLimit ? `${text.slice(0, textLimit - 1)}…` : text;
      const row = store.get(
        `INSERT INTO texts (text, last_cycle) VALUES (?, ?)
         ON CONFLICT (text) DO UPDATE SET last_cycle = excluded.last_cycle RETURNING id`,
        kept,
        cycle,
      );
      return Number(row?.id);
    },
    check(id, title, group) {
      const key = `check ${JSON.stringify([id, title, group])}`;
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const row = store.get(
        `INSERT INTO checks (name, title, suite) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET title = excluded.title, suite = excluded.suite RETURNING id`,
        id,
        title,
        group,
      );
      known.set(key, Number(row?.id));
      return Number(row?.id);
    },
    metric: (name, unit, operator) =>
      idOf(
        `metric ${JSON.stringify([name, unit, operator])}`,
        'SELECT id FROM metrics WHERE name = ? AND unit = ? AND operator = ?',
        'INSERT INTO metrics (name, unit, operator) VALUES (?, ?, ?)',
        name,
        unit,
        operator,
      ),
  };
}
