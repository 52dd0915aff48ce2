import { accessSync, constants, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, VigilError } from '../errors.ts';
import { writeAtomically } from './atomic-file.ts';
import { requireLocks } from './file-system.ts';
import { holdFile, isFileHeld } from './kernel-lock.ts';

export interface ProcessLock {
  release(): void;
}

/** What the holder of a lock wrote of itself. It decides nothing: who has the lock is the kernel's to say. */
export interface Holder {
  pid: number | undefined;
  /** Where that number means this process; all three are empty in what a version before wrote. */
  host: string;
  boot: string;
  pidNamespace: string;
  /** When the process started, by the kernel, so that a version before can tell it from a later one. */
  started: string;
  since: string;
}

/** The content of a file of the kernel; empty where there is none. */
function contentOf(read: () => string): string {
  try {
    return read();
  } catch {
    return ''; // no /proc, or no such process
  }
}

/** Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); empty where it can't be read. */
const startOf = (pid: number): string =>
  contentOf(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });

const here = () => ({
  host: os.hostname(),
  boot: contentOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  pidNamespace: contentOf(() => readlinkSync('/proc/self/ns/pid')),
});

function writtenIn(file: string): Holder | undefined {
  try {
    const written = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    const { pid, host = '', boot = '', pidNamespace = '', started = '', since = '' } = written;
    return typeof pid === 'number' ? { pid, host, boot, pidNamespace, started, since } : undefined;
  } catch {
    return undefined; // absent, or torn
  }
}

/** Whether a process of this kind of number is the one that wrote the file, for what a version before wrote. */
function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid ?? 0, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid ?? 0);
  return started === '' || now === '' || now === started;
}

/** A version before held its lock by this file alone; while that process lives it counts. */
function olderHolder(file: string): Holder | undefined {
  const holder = writtenIn(file);
  return holder && holder.host === '' && isAlive(holder) ? holder : undefined;
}

/** What is locked; beside it, the file of the given name says by whom. It stays, empty, when nobody holds it. */
const lockedFile = (file: string): string => path.join(path.dirname(file), `.${path.basename(file)}`);

/** What this process holds; a lock whose connection were collected would be given back. */
const held = new Map<string, DatabaseSync>();

const nobodySaid: Holder = { pid: undefined, host: '', boot: '', pidNamespace: '', started: '', since: '' };

/** Who holds a lock, this process included; `undefined` when nobody does. */
export function lockHolder(file: string): Holder | undefined {
  if (!isFileHeld(lockedFile(file))) return olderHolder(file);
  return writtenIn(file) ?? nobodySaid;
}

/** Whether a process other than this one holds a lock, in whatever container it runs. */
export const isHeldElsewhere = (file: string): boolean =>
  !held.has(path.resolve(file)) && lockHolder(file) !== undefined;

/** Whether the number of a holder's process means that process here, so that it could be ended by it. */
export function isOfThisPlace({ host, pidNamespace }: Holder): boolean {
  const own = here();
  return host === '' || (host === own.host && pidNamespace === own.pidNamespace);
}

/** `process 12, since …`, with the place where that number means it when this is another one. */
export function holderText(holder: Holder): string {
  const { pid, host, since } = holder;
  if (pid === undefined) return 'a process that has not said which';
  const where = isOfThisPlace(holder) ? '' : host === os.hostname() ? ' in another container' : ` on ${host}`;
  return `process ${pid}${where}, since ${since}`;
}

/** A full or read-only disk is no fault of ours. */
const cannotWrite = (file: string, cause: unknown): VigilError =>
  new VigilError('HARNESS', `the reports folder can’t be written: ${messageOf(cause)}`, {
    where: path.dirname(file),
    expected: 'a folder that this user may write, on a disk with room',
    hint: 'the loop needs a writable reports folder: fix this one, or choose another with --reports',
    cause,
  });

/** Others may look, or try at the same time, for that long. */
const patienceMs = 1000;

export interface LockWords {
  held: (holder: string) => string;
  hint: (holder: Holder) => string;
}

/**
 * Takes a lock for the life of this process. The operating system holds it, so that none is ever left behind and none
 * has to be taken over; `file` only says who has it.
 * @throws USAGE of the words given while another process holds it, CONFIG_INVALID on a file system without locks,
 * HARNESS where the folder can't be written
 */
export function takeProcessLock(
  file: string,
  now: Date,
  words: LockWords,
  onWarning: (text: string) => void = () => {},
): ProcessLock {
  const folder = path.dirname(file);
  const refuse = (holder: Holder): never => {
    throw new VigilError('USAGE', words.held(holderText(holder)), { where: file, hint: words.hint(holder) });
  };
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (thrown) {
    throw cannotWrite(file, thrown);
  }
  const warning = requireLocks(folder);
  if (warning) onWarning(warning);
  try {
    db = holdFile(lockedFile(file), patienceMs);
  } catch (thrown) {
    throw cannotWrite(lockedFile(file), thrown);
  }
  if (!db) return refuse(writtenIn(file) ?? nobodySaid);
  const older = olderHolder(file);
  if (older) {
    db.close();
    return refuse(older);
  }
  try {
    const holder: Holder = {
      pid: process.pid,
      ...here(),
      started: startOf(process.pid),
      since: now.toISOString(),
    };
    writeAtomically(file, `${JSON.stringify(holder)}\n`);
  } catch (thrown) {
    db.close();
    throw cannotWrite(file, thrown);
  }
  const key = path.resolve(file);
  held.set(key, db);
  return {
    release() {
      if (held.get(key) !== db) return;
      rmSync(file, { force: true });
      held.delete(key);
      db.close();
    },
  };
}
