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

/** Everything that descends from a process, where the system tells (/proc); nothing elsewhere. */
function descendantsOf(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it ended while we looked, or there is no /proc
  }
  const children = threads.flatMap((thread) => childrenOf(`/proc/${pid}/task/${thread}/children`));
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(file: string): number[] {
  try {
    return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // that thread has ended
  }
}

/** Ends a process group with what its members started outside it, such as a smoke suite in a group of its own. */
export function endTree(pid: number | undefined): void {
  if (pid === undefined) return;
  const descendants = descendantsOf(pid);
  endGroup(pid);
  for (const descendant of descendants) kill(descendant);
}
