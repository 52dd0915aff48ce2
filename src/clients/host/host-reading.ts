export interface DiskReading {
  /** Mount point, or the path that was asked for. */
  mount: string;
  sizeBytes: number;
  /** What an unprivileged process may still write. */
  availableBytes: number;
  /** As `df` reckons: used ÷ (used + available), so that the reserve of root counts as full. */
  usedRatio: number;
}

export interface HostReading {
  /** `this host`, or the address of its node_exporter. */
  source: string;
  /** What can be used without swapping: caches count as available. */
  availableMemoryBytes: number;
  totalMemoryBytes: number;
  cores: number;
  disks: DiskReading[];
  loadAverage1m: number;
  /** What the figures leave out or are limited by. */
  note?: string;
}

/** A disk from its sizes in bytes. */
export function diskReading(
  mount: string,
  sizeBytes: number,
  freeBytes: number,
  availableBytes: number,
): DiskReading {
  const usedBytes = sizeBytes - freeBytes;
  const reach = usedBytes + availableBytes;
  return { mount, sizeBytes, availableBytes, usedRatio: reach > 0 ? usedBytes / reach : 0 };
}
