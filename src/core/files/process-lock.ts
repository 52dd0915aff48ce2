import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { messageOf, VigilError } from '../errors.ts';

export interface ProcessLock {
  release(): void;
}

export interface Holder {
  pid: number;
  /** When that process started, by the kernel; tells it from a later one with the same number. */
  started: string;
  since: string;
}

/** Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); empty where it can't be read. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // no such process, or no /proc
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return started === '' || now === '' || now === started;
}

function writtenIn(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    if (typeof holder.pid !== 'number') return undefined;
    return { pid: holder.pid, started: holder.started ?? '', since: holder.since ?? '' };
  } catch {
    return undefined; // absent, or torn by a kill while it was written: nobody holds it
  }
}

/** The living process that holds a lock file; `undefined` when nobody does. */
export function lockHolder(file: string): Holder | undefined {
  const holder = writtenIn(file);
  return holder && isAlive(holder) ? holder : undefined;
}

/** A full or read-only disk is no fault of ours. */
const cannotWrite = (file: string, cause: unknown): VigilError =>
  new VigilError('HARNESS', `the reports folder can’t be written: ${messageOf(cause)}`, {
    where: path.dirname(file),
    expected: 'a folder that this user may write, on a disk with room',
    hint: 'a watch that can keep no evidence proves nothing: mend it, or name another with --reports',
    cause,
  });

/** Takes a lock file for this process; a USAGE error of the words given while another one holds it. */
export function takeProcessLock(
  file: string,
  now: Date,
  words: { held: (holder: Holder) => string; hint: (holder: Holder) => string; starting: string },
): ProcessLock {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (thrown) {
    throw cannotWrite(file, thrown);
  }
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const descriptor = openSync(file, 'wx', 0o644);
      const holder: Holder = { pid: process.pid, started: startOf(process.pid), since: now.toISOString() };
      writeSync(descriptor, `${JSON.stringify(holder)}\n`);
      closeSync(descriptor);
      return { release: () => rmSync(file, { force: true }) };
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(file, thrown);
      const holder = lockHolder(file);
      if (holder)
        throw new VigilError('USAGE', words.held(holder), { where: file, hint: words.hint(holder) });
      rmSync(file, { force: true });
    }
  }
  throw new VigilError('USAGE', words.starting, { where: file, hint: 'try again' });
}
