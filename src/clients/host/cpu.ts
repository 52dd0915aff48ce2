import os from 'node:os';

function cpuTimes(): { idle: number; all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of os.cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
}

/** Begins to watch this host's CPU; the returned function gives the ratio in use since, all cores together. */
export function watchCpu(): () => number | undefined {
  const before = cpuTimes();
  return () => {
    const after = cpuTimes();
    const all = after.all - before.all;
    return all > 0 ? 1 - (after.idle - before.idle) / all : undefined;
  };
}
