import { readFileSync } from 'node:fs';
import os from 'node:os';

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

/** The process id in such a text. */
export const pidOf = (owner: string): number => (JSON.parse(owner) as [string, number])[1];

/**
 * Whether the process that wrote `owner` still runs. A process id alone is no proof, because numbers come
 * again, in a container always the same; one of another host (a replaced container) counts as dead.
 */
export function isOwnerAlive(owner: string): boolean {
  const [host, pid, birth] = JSON.parse(owner) as [string, number, string];
  return host === os.hostname() && birthOf(pid) === birth;
}
