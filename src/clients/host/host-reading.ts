export interface DiskReading {
  /** Mount point, or the path that was asked for. */
  mount: string;
  sizeBytes: number;
  /** What an unprivileged process may still write. */
  availableBytes: number;
  /** As `df` reckons: used ÷ (used + available), so that the reserve of root counts as full. */
  usedRatio: number;
  /** Files in use of those that it can hold; a file system without a fixed number has none. */
  filesUsedRatio?: number | undefined;
  /** Nothing can be written to it. */
  isReadOnly?: boolean | undefined;
}

/** Files and how many more there can be; 0 of them are a file system that sets no number. */
function filesUsed(files: number, free: number): number | undefined {
  return files > 0 ? (files - free) / files : undefined;
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

/** What a disk holds in bytes, and in files where that is known. */
export interface DiskSizes {
  size: number;
  free: number;
  available: number;
  files?: number | undefined;
  freeFiles?: number | undefined;
}

/** A disk from its sizes. */
export function diskReading(
  mount: string,
  { size, free, available, files = 0, freeFiles = 0 }: DiskSizes,
): DiskReading {
  const used = size - free;
  const reach = used + available;
  return {
    mount,
    sizeBytes: size,
    availableBytes: available,
    usedRatio: reach > 0 ? used / reach : 0,
    filesUsedRatio: filesUsed(files, freeFiles),
  };
}

/** File systems that hold nothing, hold memory, are images that are always full, or belong to another host. */
const pseudo =
  /^(tmpfs|devtmpfs|ramfs|rootfs|overlay|aufs|squashfs|erofs|iso9660|udf|cramfs|autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|efivarfs|fusectl|hugetlbfs|mqueue|nsfs|proc|pstore|rpc_pipefs|securityfs|selinuxfs|sysfs|tracefs|nfs4?|cifs|smb3?|9p|fuse\..*)$/;

/** Whether a file system of this type is no disk of the host, so that how full it is says nothing. */
export function isPseudoFileSystem(type: string): boolean {
  return pseudo.test(type);
}
