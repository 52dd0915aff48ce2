import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface MemoryLimit {
  limitBytes: number;
  /** What is left under the limit; inactive file cache can be given back and counts as left. */
  availableBytes: number;
}

/** File names of the two versions of control groups. */
const versions = {
  2: { mount: '', limit: 'memory.max', usage: 'memory.current', inactive: 'inactive_file' },
  1: {
    mount: 'memory',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    inactive: 'total_inactive_file',
  },
} as const;

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

async function limitOf(folder: string, version: 1 | 2): Promise<MemoryLimit | undefined> {
  const names = versions[version];
  const limitBytes = Number.parseInt(await text(path.join(folder, names.limit)), 10);
  // "max", or in version 1 a number near 2^63, is no limit.
  if (!Number.isFinite(limitBytes) || limitBytes > 2 ** 62) return undefined;
  const usage = Number.parseInt(await text(path.join(folder, names.usage)), 10) || 0;
  const stat = await text(path.join(folder, 'memory.stat'));
  const inactive = Number(new RegExp(`^${names.inactive} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return { limitBytes, availableBytes: Math.max(0, limitBytes - Math.max(0, usage - inactive)) };
}

function* upwards(group: string): Generator<string> {
  for (let at = path.posix.normalize(group); ; at = path.posix.dirname(at)) {
    yield at;
    if (at === '/' || at === '.') return;
  }
}

/**
 * The tightest memory limit of this process's control groups, of version 1 or 2; `undefined` without one.
 * The folders are arguments for tests.
 */
export async function memoryLimit(
  proc = '/proc/self/cgroup',
  root = '/sys/fs/cgroup',
): Promise<MemoryLimit | undefined> {
  const found: MemoryLimit[] = [];
  for (const line of (await text(proc)).split('\n')) {
    const [id, controllers = '', group = '/'] = line.split(':');
    const version = id === '0' ? 2 : controllers.split(',').includes('memory') ? 1 : undefined;
    if (!version) continue;
    for (const at of upwards(group)) {
      const limit = await limitOf(path.join(root, versions[version].mount, at), version);
      if (limit) found.push(limit);
    }
  }
  return found.length === 0
    ? undefined
    : {
        limitBytes: Math.min(...found.map((limit) => limit.limitBytes)),
        availableBytes: Math.min(...found.map((limit) => limit.availableBytes)),
      };
}
