import { localHost } from './host-local.ts';
import type { HostReading } from './host-reading.ts';
import { remoteHost } from './host-remote.ts';

export interface HostSource {
  /** Base address of a node_exporter; without it this host is read. */
  nodeExporter?: string | undefined;
  /** A path of this host whose file system is judged too, of whatever kind it is. */
  disk?: string | undefined;
}

/** Reads the resources of this host, or of the one behind a node_exporter. */
export function readHost(source: HostSource = {}): Promise<HostReading> {
  return source.nodeExporter ? remoteHost(source.nodeExporter, source.disk) : localHost(source.disk);
}
