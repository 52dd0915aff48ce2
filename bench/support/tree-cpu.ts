import { readFileSync } from 'node:fs';

const clockTicksPerSecond = 100; // USER_HZ, fixed on Linux

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** CPU seconds of a process, of its children that ended, and of all that descends from it and lives. */
export function treeCpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? [];
    const own = stat.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) / clockTicksPerSecond;
    return childrenOf(pid).reduce((sum, child) => sum + treeCpuSeconds(child), own);
  } catch {
    return 0; // it has ended meanwhile, and is counted with its parent's
  }
}

/** Resident megabytes of a process and of all that descends from it and lives. */
export function treeMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1.024e-3;
    return childrenOf(pid).reduce((sum, child) => sum + treeMegabytes(child), own);
  } catch {
    return 0; // as above
  }
}
