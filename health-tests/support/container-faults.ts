import { containerRestarts, listContainers } from '../../src/clients/index.ts';
import { wholeSeconds } from '../../src/core/index.ts';

/** A restart is news for this long; after that only their number tells of them. */
const recentMs = 3_600_000;
const mostRestarts = 3;

async function restartFault(socket: string, name: string, nowMs: number): Promise<string[]> {
  const { restarts, startedMs } = await containerRestarts({ socket }, name);
  const ageMs = nowMs - startedMs;
  const isRecent = restarts > 0 && ageMs < recentMs;
  if (!isRecent && restarts <= mostRestarts) return [];
  const last = Number.isNaN(ageMs) ? '' : `, last ${wholeSeconds(ageMs)} ago`;
  return [`${name} was restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}${last}`];
}

/** Containers that are missing, stopped, not healthy, or restarted by their policy. */
export async function containerFaults(socket: string, names: readonly string[]): Promise<string[]> {
  const containers = await listContainers({ socket });
  const faults = await Promise.all(
    names.map(async (name) => {
      const found = containers.find((container) => container.names.includes(name));
      if (!found) return [`${name} does not exist`];
      if (found.state !== 'running') return [`${name} is ${found.state}`];
      if (found.health !== 'healthy' && found.health !== 'none') return [`${name} is ${found.health}`];
      return restartFault(socket, name, Date.now());
    }),
  );
  return faults.flat();
}
