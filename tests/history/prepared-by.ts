import type { DatabaseSync } from 'node:sqlite';

/** The statements that an action prepares, as a database is asked them. */
export function preparedBy(database: DatabaseSync, action: () => unknown): string[] {
  const prepare = database.prepare.bind(database);
  const seen: string[] = [];
  database.prepare = (sql) => {
    seen.push(sql);
    return prepare(sql);
  };
  action();
  database.prepare = prepare;
  return seen;
}
