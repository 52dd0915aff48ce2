import { readdirSync, readFileSync } from 'node:fs';

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // Gone already is what was wanted; macOS says EPERM of a group whose last members are zombies.
    if (code !== 'ESRCH' && code !== 'EPERM') throw thrown;
  }
}

/** Ends a process group; that it is gone already is what was wanted. */
export function endGroup(pid: number | undefined): void {
  if (pid !== undefined) kill(-pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything; state and parent follow the last one.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it ended while we looked
  }
}

/** Everything that descends from a process, where the system tells (/proc); nothing elsewhere. */
function descendantsOf(pid: number): number[] {
  let all: string[];
  try {
    all = readdirSync('/proc');
  } catch {
    return [];
  }
  const children = new Map<number, number[]>();
  for (const name of all) {
    const child = Number(name);
    const parent = Number.isInteger(child) ? parentOf(child) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const own = children.get(next) ?? [];
    found.push(...own);
    queue.push(...own);
  }
  return found;
}

/** Ends a process group with what its members started outside it, such as a smoke suite in a group of its own. */
export function endTree(pid: number | undefined): void {
  if (pid === undefined) return;
  const descendants = descendantsOf(pid);
  endGroup(pid);
  for (const descendant of descendants) kill(descendant);
}
