import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { VigilError } from '../../../core/index.ts';
import type { Action } from '../action.ts';
import { requireRoom } from '../archive.ts';
import { verifySha256 } from '../checksum.ts';
import { sqliteCompanions, sqliteRestoreCommand } from '../sqlite.ts';
import type { Performer } from './context.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

export const checkDump: Performer<Of<'check-dump'>> = {
  async perform({ dump, sha256 }, { signal }) {
    await verifySha256(dump, sha256, signal);
    return 'SHA-256 right';
  },
};

function removeDatabase(file: string): void {
  for (const name of ['', ...sqliteCompanions]) rmSync(file + name, { force: true });
}

export const sqliteRestore: Performer<Of<'sqlite-restore'>> = {
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

export const sqliteSwap: Performer<Of<'sqlite-swap'>> = {
  perform({ live, staged, kept }) {
    if (existsSync(staged) && existsSync(live) && !existsSync(kept)) renameSync(live, kept);
    if (existsSync(staged) && !existsSync(live) && existsSync(kept)) {
      moveCompanions(live, kept);
      renameSync(staged, live);
    }
    if (existsSync(live) && existsSync(kept) && !existsSync(staged)) return `what was there is in ${kept}`;
    throw new VigilError('HARNESS', 'the databases are not as this rollback left them', {
      where: live,
      expected: `${live}, and ${staged} or ${kept}`,
      received: [live, staged, kept].filter((file) => existsSync(file)).join(', ') || 'none of them',
      hint: 'somebody else moved them: look before anything else',
    });
  },
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
