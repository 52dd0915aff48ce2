import { fileURLToPath } from 'node:url';
import type { DatabaseCheck } from './action.ts';

const program = fileURLToPath(new URL('./restore-sqlite.mjs', import.meta.url));

/** The command that restores a dump into a new file and checks it; a process of its own, so that it can be ended. */
export function sqliteRestoreCommand(
  dump: string,
  staged: string,
  checks: readonly DatabaseCheck[],
): string[] {
  return [process.execPath, program, dump, staged, JSON.stringify(checks)];
}

/** The files that belong to a SQLite database besides itself. */
export const sqliteCompanions = ['-wal', '-shm', '-journal'] as const;
