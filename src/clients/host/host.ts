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
