import { readFile, statfs } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fsSize, mem } from 'systeminformation';
import { formatValue, messageOf, VigilError } from '../../core/index.ts';
import { type MemoryLimit, memoryLimit } from './cgroup-memory.ts';
import { type DiskReading, diskReading, type HostReading, isPseudoFileSystem } from './host-reading.ts';

const fileSystemLimitMs = 2000;

async function fileSystemOf(path: string): Promise<DiskReading> {
  try {
    // A network file system that is gone would hang for ever.
    const stats = await Promise.race([statfs(path), sleep(fileSystemLimitMs, undefined, { ref: false })]);
    if (!stats) throw new Error(`no answer within ${fileSystemLimitMs / 1000} s`);
    const { bsize, blocks, bfree, bavail, files, ffree } = stats;
    return diskReading(path, {
      size: blocks * bsize,
      free: bfree * bsize,
      available: bavail * bsize,
      files,
      freeFiles: ffree,
    });
  } catch (cause) {
    const received = messageOf(cause);
    throw new VigilError('HARNESS', `the file system of ${path} can't be read: ${received}`, {
      where: path,
      expected: 'a path of this host',
      received,
      hint: 'check host.disk in the configuration',
      cause,
    });
  }
}

interface Mounted {
  mount: string;
  isReadOnly: boolean;
}

/**
 * The file systems of real devices that are mounted to be written, and the root whatever it is, by their mounts: the
 * library waits for a process meanwhile.
 */
async function mountedDevices(): Promise<Mounted[]> {
  const lines = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  const real = lines.filter(
    ([device = '', mount, type = '', options = '']) =>
      device.startsWith('/') &&
      !isPseudoFileSystem(type) &&
      (mount === '/' || options.split(',').includes('rw')),
  );
  // A container shows the host's device once for each file that is mounted from it.
  const byDevice = new Map(real.map((fields) => [fields[0], fields]));
  return [...byDevice.values()].map(([, mount = '', , options = '']) => ({
    // A blank in a path is written as \040.
    mount: mount.replaceAll(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
    isReadOnly: options.split(',').includes('ro'),
  }));
}

async function blockDevices(): Promise<DiskReading[]> {
  if (os.platform() === 'linux') {
    const mounts = await mountedDevices().catch(() => []);
    const read = await Promise.all(
      mounts.map(async ({ mount, isReadOnly }) => {
        const reading = await fileSystemOf(mount).catch(() => undefined);
        return reading && { ...reading, isReadOnly };
      }),
    );
    return read.flatMap((reading) => (reading && reading.sizeBytes > 0 ? [reading] : []));
  }
  const listed = await Promise.race([fsSize(), sleep(fileSystemLimitMs, [], { ref: false })]);
  const real = listed.filter(({ type, size, rw }) => !isPseudoFileSystem(type) && size > 0 && rw);
  // A container shows the host's device once for each file that is mounted from it.
  const byDevice = new Map(real.map((listing) => [listing.fs, listing]));
  return [...byDevice.values()].map(({ mount, size, used, available }) =>
    diskReading(mount, { size, free: size - used, available }),
  );
}

function limited(total: number, available: number, limit: MemoryLimit | undefined) {
  if (!limit || limit.limitBytes >= total)
    return { totalMemoryBytes: total, availableMemoryBytes: available };
  return {
    totalMemoryBytes: limit.limitBytes,
    availableMemoryBytes: Math.min(available, limit.availableBytes),
    note: `memory is limited to ${formatValue(limit.limitBytes, 'bytes')} by the container (cgroup)`,
  };
}

/**
 * Reads this host: memory within the container's limit, cores this process may use, real block
 * devices, and the file system of `disk`, whatever kind it is. HARNESS when `disk` can't be read.
 */
export async function localHost(disk?: string): Promise<HostReading> {
  const [memory, limit, devices, named] = await Promise.all([
    mem(),
    memoryLimit(),
    blockDevices(),
    disk === undefined ? [] : fileSystemOf(disk).then((reading) => [reading]),
  ]);
  const disks = [...named, ...devices];
  return {
    source: 'this host',
    ...limited(memory.total, memory.available, limit),
    cores: os.availableParallelism(),
    // In a container the root is an overlay and no device is mounted: what it may write to still counts.
    disks: disks.length > 0 ? disks : [await fileSystemOf(os.platform() === 'win32' ? 'C:\\' : '/')],
    loadAverage1m: os.loadavg()[0] ?? 0,
  };
}
