import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { VigilError } from '../errors.ts';

export interface InstanceLock {
  release(): void;
}

interface Holder {
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

function holderOf(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    if (typeof holder.pid !== 'number') return undefined;
    return { pid: holder.pid, started: holder.started ?? '', since: holder.since ?? '' };
  } catch {
    return undefined; // torn by a kill while it was written: nobody holds it
  }
}

/** Takes the watch over a reports folder; refuses with the holder's pid while another instance lives. */
export function takeLock(reports: string, now: Date): InstanceLock {
  mkdirSync(reports, { recursive: true });
  const file = path.join(reports, 'vigil.lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const descriptor = openSync(file, 'wx', 0o644);
      const holder: Holder = { pid: process.pid, started: startOf(process.pid), since: now.toISOString() };
      writeSync(descriptor, `${JSON.stringify(holder)}\n`);
      closeSync(descriptor);
      return { release: () => rmSync(file, { force: true }) };
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      const holder = holderOf(file);
      if (holder && isAlive(holder)) {
        throw new VigilError(
          'USAGE',
          `another vigil monitor watches here: process ${holder.pid}, since ${holder.since}`,
          {
            where: file,
            hint: `end it first (kill ${holder.pid}), or give this one another folder with --reports`,
          },
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new VigilError('USAGE', 'another vigil monitor is just starting here', {
    where: file,
    hint: 'try again',
  });
}
