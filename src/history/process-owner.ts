import { readFileSync } from 'node:fs';
import os from 'node:os';
import { damaged } from './history-error.ts';
import { historyName } from './history-file.ts';

/** When a process began, in the kernel's ticks; empty where /proc can't tell, `undefined` when it is gone. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : (fields[19] ?? '');
  } catch {
    try {
      process.kill(pid, 0);
      return '';
    } catch (thrown) {
      return (thrown as { code?: string }).code === 'EPERM' ? '' : undefined;
    }
  }
}

/** A process of this host, so that a later one can tell whether it still lives: host, process id and time of birth. */
export const ownerOf = (pid: number): string => JSON.stringify([os.hostname(), pid, birthOf(pid) ?? '']);

/** This process as such a text. */
export const ownOwner = (): string => ownerOf(process.pid);

/** @throws HistoryError `corrupt`: a process that can't be named is neither alive nor dead */
function partsOf(owner: string): [host: string, pid: number, birth: string] {
  let parts: unknown;
  try {
    parts = JSON.parse(owner);
  } catch {
    // Said below, as whatever else is no owner.
  }
  const [host, pid, birth] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof host === 'string' && Number.isInteger(pid) && Number(pid) > 0 && typeof birth === 'string')
    return [host, Number(pid), birth];
  throw damaged(historyName, `what should name a process is ${JSON.stringify(owner.slice(0, 80))}`);
}

/** The machine in such a text. */
export const hostOf = (owner: string): string => partsOf(owner)[0];

/** The process id in such a text. */
export const pidOf = (owner: string): number => partsOf(owner)[1];

/**
 * Whether the process that wrote `owner` still runs. A process id alone is no proof, because numbers come
 * again, in a container always the same; one of another host (a replaced container) counts as dead.
 */
export function isOwnerAlive(owner: string): boolean {
  const [host, pid, birth] = partsOf(owner);
  return host === os.hostname() && birthOf(pid) === birth;
}
