import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process still runs; one that ended and that nobody has asked about (a zombie) doesn't. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** The processes of these that are still there after a moment in which the system could end them. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
  for (let attempt = 0; attempt < 300 && pids.some(isAlive); attempt += 1) await sleep(100);
  return pids.filter(isAlive);
}

/** Waits until `ready` is true; the machine may be slow. */
export async function until(ready: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (ready()) return;
    await sleep(50);
  }
  throw new Error(`${what} did not come within 30 s`);
}
