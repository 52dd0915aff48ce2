import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { migrations } from '../../src/history/schema.ts';

/** A folder that goes with the test. */
export function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'vigil-history-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The database of a reports folder. */
export const databaseOf = (reports: string): string => path.join(reports, 'vigil.sqlite');

/** A history that is closed after the test, and what it warned of. */
export function opened(
  reports: string,
  more: Partial<Parameters<typeof openHistory>[0]> = {},
): History & { warnings: string[] } {
  const warnings: string[] = [];
  const history = openHistory({
    file: databaseOf(reports),
    onWarning: (text) => warnings.push(text),
    ...more,
  });
  onTestFinished(() => history.close());
  return { ...history, warnings };
}

/** A history as version 1 left it: its schema, and a little of everything that it wrote. */
export function writeVersion1(file: string): void {
  const db = new DatabaseSync(file);
  db.exec(migrations[0]?.sql ?? '');
  db.exec(readFileSync(new URL('./version-1.sql', import.meta.url), 'utf8'));
  db.close();
}

/** The only value of a query. */
export function single(history: History, sql: string): unknown {
  return Object.values(history.database.prepare(sql).get() ?? {})[0];
}
