import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseCheck } from '../action.ts';
import { requireRoom } from '../archive.ts';
import { verifySha256 } from '../checksum.ts';
import type { Performer } from './context.ts';
import { swapNames } from './swap.ts';

const program = fileURLToPath(new URL('./restore-sqlite.mjs', import.meta.url));
const askScript = fileURLToPath(new URL('./ask-sqlite.mjs', import.meta.url));

/** The command that prints the first value that a query answers on a database in use. */
export const sqliteAskCommand = (file: string, sql: string): string[] => [
  process.execPath,
  askScript,
  file,
  sql,
];

/** The command that restores a dump into a new file and checks it; a process of its own, so that it can be ended. */
export function sqliteRestoreCommand(
  dump: string,
  staged: string,
  checks: readonly DatabaseCheck[],
): string[] {
  return [process.execPath, program, dump, staged, JSON.stringify(checks)];
}

/** The files that belong to a SQLite database besides itself. */
const sqliteCompanions = ['-wal', '-shm', '-journal'] as const;

export const checkDump: Performer<'check-dump'> = {
  async perform({ dump, sha256 }, { signal }) {
    await verifySha256(dump, sha256, signal);
    return 'SHA-256 right';
  },
};

function removeDatabase(file: string): void {
  for (const name of ['', ...sqliteCompanions]) rmSync(file + name, { force: true });
}

export const sqliteRestore: Performer<'sqlite-restore'> = {
  async perform({ dump, sha256, staged, checks, timeoutMs }, { run, signal }) {
    removeDatabase(staged); // of an attempt that was cut off
    await verifySha256(dump, sha256, signal);
    await requireRoom(path.dirname(staged), 2 * statSync(dump).size);
    try {
      return (await run({ command: sqliteRestoreCommand(dump, staged, checks), timeoutMs })).trim();
    } catch (thrown) {
      removeDatabase(staged);
      throw thrown;
    }
  },
  undo({ staged }) {
    if (!existsSync(staged)) return undefined;
    removeDatabase(staged);
    return `${staged} is removed`;
  },
};

/** The log of a database belongs to it: left behind, SQLite would write it into the other one. */
function moveCompanions(from: string, to: string): void {
  for (const name of ['-wal', '-journal']) if (existsSync(from + name)) renameSync(from + name, to + name);
  rmSync(`${from}-shm`, { force: true });
}

export const sqliteSwap: Performer<'sqlite-swap'> = {
  perform: (names) => swapNames(names, 'databases', () => moveCompanions(names.live, names.kept)),
  undo({ live, staged, kept }) {
    if (!existsSync(kept)) return undefined;
    if (existsSync(live)) {
      renameSync(live, staged);
      moveCompanions(live, staged);
    }
    moveCompanions(kept, live);
    renameSync(kept, live);
    return `${live} is as it was before`;
  },
};
