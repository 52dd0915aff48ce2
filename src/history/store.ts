import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { readStored } from '../core/index.ts';
import { damaged, HistoryError, historyError } from './history-error.ts';

export type Row = Record<string, SQLOutputValue>;

/** Values by column, as they are before they are stored. */
export type NewRow = Readonly<Record<string, unknown>>;

/** A value as its column keeps it: nothing as NULL, times as whole milliseconds, what has parts as JSON. */
function stored(column: string, value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return column.endsWith('_ms') ? Math.round(value) : value;
  return typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value);
}

/**
 * What a column holds as JSON, by its schema.
 * @throws HistoryError `corrupt`
 */
export function jsonOf<T>(store: Store, shape: z.ZodType<T>, column: SQLOutputValue | undefined): T {
  const value = readStored(shape, String(column));
  if (value === undefined) throw damaged(store.file, 'a row holds other JSON than was written');
  return value;
}

/** One connection: statements prepared once, errors in our words, transactions that nest. */
export interface Store {
  file: string;
  all(sql: string, ...values: SQLInputValue[]): Row[];
  /** The same as lists of their columns' values: less to build where there are many. */
  lists(sql: string, ...values: SQLInputValue[]): SQLOutputValue[][];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Runs one statement; returns how many rows it changed and the last row number. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; id: number };
  /** Inserts one row by its columns. */
  insert(table: string, row: NewRow, onConflict?: string): { changes: number; id: number };
  exec(sql: string): void;
  /** Rows of a statement that is run once; one that would write is refused. */
  ask(sql: string): Row[];
  /** All reads of `action` see one state of the database. */
  frozen<T>(action: () => T): T;
  /** Everything in `action` is kept, or nothing of it; one inside another is a part of it that can fail alone. */
  transaction<T>(action: () => T): T;
  /** Called after anything was undone: whoever remembers rows by number must forget them. */
  onUndo(forget: () => void): void;
  close(): void;
}

/** Wraps a connection; every error that leaves it is a HistoryError. */
export function openStore(db: DatabaseSync, file: string): Store {
  const rows = new Map<string, StatementSync>();
  const lists = new Map<string, StatementSync>();
  const forgetters: (() => void)[] = [];
  let depth = 0;

  const guarded = <T>(action: () => T): T => {
    // A full disk ends a transaction by itself; what followed in it would be kept without the rest.
    if (depth > 0 && !db.isTransaction) {
      throw new HistoryError(
        'io',
        'the transaction was ended by an earlier error; nothing of it is kept',
        file,
      );
    }
    try {
      return action();
    } catch (thrown) {
      throw historyError(thrown, file);
    }
  };
  // One that gives lists is another statement than one that gives rows, or each would change the other's answers.
  const prepared = (sql: string, asLists = false): StatementSync => {
    const kept = asLists ? lists : rows;
    const known = kept.get(sql);
    if (known) return known;
    const statement = db.prepare(sql);
    statement.setReturnArrays(asLists);
    kept.set(sql, statement);
    return statement;
  };
  const run = (sql: string, ...values: SQLInputValue[]) =>
    guarded(() => {
      const { changes, lastInsertRowid } = prepared(sql).run(...values);
      return { changes: Number(changes), id: Number(lastInsertRowid) };
    });
  const exec = (sql: string) => guarded(() => db.exec(sql));
  const undo = (level: number) => {
    // A full disk may have ended the transaction already.
    if (db.isTransaction)
      db.exec(level === 0 ? 'ROLLBACK' : `ROLLBACK TO nested${level}; RELEASE nested${level}`);
    for (const forget of forgetters) forget();
  };

  return {
    file,
    exec,
    ask: (sql) =>
      guarded(() => {
        db.exec('PRAGMA query_only = ON');
        try {
          // Rows of node:sqlite have no prototype; plain objects compare and print as others do.
          return db
            .prepare(sql)
            .all()
            .map((row) => ({ ...row }));
        } finally {
          db.exec('PRAGMA query_only = OFF');
        }
      }),
    frozen(action) {
      // Inside a transaction it is so already.
      if (db.isTransaction) return action();
      exec('BEGIN');
      try {
        return action();
      } finally {
        if (db.isTransaction) db.exec('ROLLBACK');
      }
    },
    all: (sql, ...values) => guarded(() => prepared(sql).all(...values)),
    lists: (sql, ...values) =>
      // Typed as objects whatever was set.
      guarded(() => prepared(sql, true).all(...values) as unknown as SQLOutputValue[][]),
    get: (sql, ...values) => guarded(() => prepared(sql).get(...values)),
    run,
    insert(table, row, onConflict = '') {
      const columns = Object.keys(row);
      const names = columns.map((column) => `"${column}"`).join(', ');
      const places = columns.map(() => '?').join(', ');
      return run(
        `INSERT INTO ${table} (${names}) VALUES (${places}) ${onConflict}`,
        ...columns.map((column) => stored(column, row[column])),
      );
    },
    transaction(action) {
      const level = depth;
      if (level === 0 && db.isTransaction) db.exec('ROLLBACK'); // one whose rollback the disk refused
      exec(level === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT nested${level}`);
      depth += 1;
      try {
        const result = action();
        if (typeof (result as { then?: unknown } | undefined)?.then === 'function') {
          throw new TypeError('a transaction can’t wait: it was given an asynchronous function');
        }
        db.exec(level === 0 ? 'COMMIT' : `RELEASE nested${level}`);
        return result;
      } catch (thrown) {
        try {
          undo(level);
        } catch {
          // The first error says why; the next transaction begins by undoing.
        }
        throw historyError(thrown, file);
      } finally {
        depth = level;
      }
    },
    onUndo: (forget) => void forgetters.push(forget),
    close() {
      rows.clear();
      lists.clear();
      if (db.isOpen) db.close();
    },
  };
}
