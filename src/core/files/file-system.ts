import { statfsSync } from 'node:fs';
import { VigilError } from '../errors.ts';

interface SharedFileSystem {
  name: string;
  /** A lock there is not seen by another machine, or is lost without a word: nothing may rely on it. */
  isRefused: boolean;
}

const refused = (name: string): SharedFileSystem => ({ name, isRefused: true });
const doubtful = (name: string): SharedFileSystem => ({ name, isRefused: false });

/** By `f_type` of statfs(2), from linux/magic.h and the file systems' own sources. */
const byType: ReadonlyMap<number, SharedFileSystem> = new Map([
  [0x6969, refused('NFS')],
  [0x517b, refused('SMB')],
  [0xfe534d42, refused('SMB')],
  [0xff534d42, refused('SMB (CIFS)')],
  [0x5346414f, refused('AFS')],
  [0x73757245, refused('Coda')],
  [0x01021997, doubtful('9p')],
  [0x65735546, doubtful('FUSE or virtiofs')],
  [0x00c36400, doubtful('Ceph')],
  [0x0bd00bd0, doubtful('Lustre')],
]);

/** `f_type` of the file system under a folder; only on Linux does the number say which one that is. */
function typeUnder(folder: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return statfsSync(folder).type >>> 0;
  } catch {
    return undefined; // whoever uses the folder says why it can't be used
  }
}

/**
 * What to warn of where a lock in this folder may not hold; `undefined` on a local disk.
 * @throws CONFIG_INVALID where locks are known not to hold
 */
export function requireLocks(folder: string, typeOf = typeUnder): string | undefined {
  const found = byType.get(typeOf(folder) ?? 0);
  if (!found) return undefined;
  if (!found.isRefused)
    return `${folder} is on ${found.name}: a lock there may not be seen by others; use a folder on a local disk`;
  throw new VigilError('CONFIG_INVALID', `the reports folder is on ${found.name}, where locks do not hold`, {
    where: folder,
    expected: 'a folder on a disk of this machine: ext4, xfs, btrfs, or a block volume of the cluster',
    hint: 'name a local folder with --reports; others read its content over the port, by Prometheus, or with vigil report',
  });
}
