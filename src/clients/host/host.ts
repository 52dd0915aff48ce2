import os from 'node:os';
import type { HostReading } from './host-reading.ts';
import { remoteHost } from './host-remote.ts';

export interface HostSource {
  /** Base address of a node_exporter; without it this host is read. */
  nodeExporter?: string | undefined;
  /** A path of this host whose file system is judged too, of whatever kind it is. */
  disk?: string | undefined;
}

/** Reads the resources of this host, or of the one behind a node_exporter. */
export async function readHost(source: HostSource = {}): Promise<HostReading> {
  if (source.nodeExporter) return remoteHost(source.nodeExporter, source.disk);
  const { localHost } = await import('./host-local.ts'); // most loops watch another host
  return localHost(source.disk);
}

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
