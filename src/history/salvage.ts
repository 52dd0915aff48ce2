import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** What cycles and samples are made of refers to each other by number; the JSON files bring their snapshots back. */
const entangled = [
  'names',
  'texts',
  'checks',
  'metrics',
  'cycles',
  'criteria',
  'outcomes',
  'measurements',
  'signals',
  'violations',
  'series',
  'layouts',
  'scrapes',
  // They count the rows of the database that was lost.
  'marks',
];
/** Half of the slots would call the other half missed, so these are taken whole or not at all. */
const whole = ['grids', 'slots'];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Schema {
  name: string;
  type: string;
  sql: string;
}

function schemaOf(db: DatabaseSync): Schema[] {
  return db
    .prepare("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .all() as unknown as Schema[];
}

/** Copies rows while they can be read; returns how many there were, and whether these were all. */
function copy(from: DatabaseSync, to: DatabaseSync, table: string): { rows: number; all: boolean } {
  let rows = 0;
  try {
    let insert: ReturnType<DatabaseSync['prepare']> | undefined;
    for (const row of from.prepare(`SELECT * FROM ${quoted(table)}`).iterate()) {
      const columns = Object.keys(row);
      insert ??= to.prepare(
        `INSERT OR IGNORE INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      insert.run(...(Object.values(row) as SQLInputValue[]));
      rows += 1;
    }
    return { rows, all: true };
  } catch {
    return { rows, all: false }; // the page that comes next is damaged
  }
}

/**
 * Takes over what still can be read of a database that was set aside: journals, maintenance, baseline, states, what
 * waits to be told, and the slots if all of them can be. Returns a sentence for a person. Never throws.
 */
export function salvage(aside: string, db: DatabaseSync): string {
  // Merely reading beside the log of an empty database deletes that log.
  if (!statSync(aside, { throwIfNoEntry: false })?.size) return 'nothing is in it';
  let old: DatabaseSync | undefined;
  try {
    old = new DatabaseSync(aside, { readOnly: true });
    const known = new Set(schemaOf(db).map(({ name }) => name));
    const schema = schemaOf(old);
    const [taken, lost]: string[][] = [[], []];
    db.exec('BEGIN IMMEDIATE');
    for (const { name, sql } of schema) if (!known.has(name)) db.exec(sql);
    for (const { name, type } of schema) {
      if (type !== 'table' || entangled.includes(name)) continue;
      db.exec('SAVEPOINT salvaged');
      const { rows, all } = copy(old, db, name);
      if (!all && whole.includes(name)) db.exec('ROLLBACK TO salvaged');
      db.exec('RELEASE salvaged');
      if (!all) lost?.push(name);
      else if (rows > 0) taken?.push(`${rows} of ${name}`);
    }
    // Without one of them the other means something else.
    if (whole.some((name) => lost?.includes(name)))
      db.exec(whole.map((name) => `DELETE FROM ${name}`).join('; '));
    db.exec('COMMIT');
    const gone = lost?.length ? `; not wholly readable: ${lost.join(', ')}` : '';
    return `taken over from it: ${taken?.join(', ') || 'nothing'}${gone}`;
  } catch {
    if (db.isTransaction) db.exec('ROLLBACK');
    return 'nothing of it could be read';
  } finally {
    old?.close();
  }
}
