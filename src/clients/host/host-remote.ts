import { messageOf } from '../../core/index.ts';
import { parseExposition } from '../exposition/parse.ts';
import type { Exposition } from '../exposition/types.ts';
import { type HttpAnswer, send } from '../http/http.ts';
import { contractError } from '../http/http-failure.ts';
import { type DiskReading, diskReading, type HostReading, isPseudoFileSystem } from './host-reading.ts';

const needed = [
  'node_memory_MemAvailable_bytes',
  'node_memory_MemTotal_bytes',
  'node_cpu_seconds_total',
  'node_filesystem_size_bytes',
  'node_filesystem_free_bytes',
  'node_filesystem_avail_bytes',
  'node_load1',
] as const;
type Needed = (typeof needed)[number];
/** What a disk's reading is completed by, where the exporter says it. */
const extra = ['node_filesystem_files', 'node_filesystem_files_free', 'node_filesystem_readonly'] as const;
type Extra = (typeof extra)[number];

type Samples = Exposition['families'][number]['samples'];

function disksOf(samples: Record<Needed | Extra, Samples>): DiskReading[] {
  const key = ({ device, mountpoint }: Record<string, string>) => `${device} ${mountpoint}`;
  const free = new Map(samples.node_filesystem_free_bytes.map((s) => [key(s.labels), s.value]));
  const available = new Map(samples.node_filesystem_avail_bytes.map((s) => [key(s.labels), s.value]));
  const byDevice = new Map<string, DiskReading>();
  for (const { labels, value: size } of samples.node_filesystem_size_bytes) {
    const { fstype = '', device = '', mountpoint = '' } = labels;
    const [freeBytes, availableBytes] = [free.get(key(labels)), available.get(key(labels))];
    if (isPseudoFileSystem(fstype) || !(size > 0) || freeBytes === undefined || availableBytes === undefined)
      continue;
    // A bind mount shows the same device again, deeper in the tree.
    const before = byDevice.get(device);
    if (before && before.mount.length <= mountpoint.length) continue;
    const extraOf = (name: Extra) => samples[name].find((s) => key(s.labels) === key(labels))?.value;
    const readOnly = extraOf('node_filesystem_readonly');
    byDevice.set(device, {
      ...diskReading(mountpoint, {
        size,
        free: freeBytes,
        available: availableBytes,
        files: extraOf('node_filesystem_files'),
        freeFiles: extraOf('node_filesystem_files_free'),
      }),
      isReadOnly: readOnly === undefined ? undefined : readOnly === 1,
    });
  }
  return [...byDevice.values()];
}

/** The mount that holds `path`, of whatever kind it is, before the disks. */
function withDiskOf(path: string, samples: Record<Needed | Extra, Samples>, url: string): DiskReading[] {
  const holds = (mount: string) => path === mount || path.startsWith(mount.replace(/\/?$/, '/'));
  const mounts = samples.node_filesystem_size_bytes.map(({ labels }) => labels.mountpoint ?? '');
  const mount = mounts.filter((at) => at && holds(at)).sort((a, b) => b.length - a.length)[0];
  const value = (family: Needed) => samples[family].find(({ labels }) => labels.mountpoint === mount)?.value;
  const size = value('node_filesystem_size_bytes');
  const free = value('node_filesystem_free_bytes');
  const available = value('node_filesystem_avail_bytes');
  if (mount === undefined || size === undefined || free === undefined || available === undefined) {
    throw contractError(url, `a file system that holds ${path}`, `only ${mounts.join(', ')}`);
  }
  return [
    diskReading(mount, { size, free, available }),
    ...disksOf(samples).filter((disk) => disk.mount !== mount),
  ];
}

function exposed(answer: HttpAnswer): Exposition {
  try {
    return parseExposition(answer.text);
  } catch (thrown) {
    throw contractError(answer.url, 'metrics in the text format', messageOf(thrown));
  }
}

/**
 * Reads a host from its node_exporter. TARGET_UNREACHABLE when it doesn't answer; TARGET_CONTRACT names the
 * families that are missing.
 */
export async function remoteHost(nodeExporter: string, disk?: string): Promise<HostReading> {
  const answer = await send(`${nodeExporter}/metrics`);
  if (answer.status !== 200)
    throw contractError(answer.url, 'the metrics of a node_exporter', `${answer.status}`);
  const families = new Map(exposed(answer).families.map((family) => [family.name, family.samples]));
  const samples = Object.fromEntries(
    [...needed, ...extra].map((name) => [name, families.get(name) ?? []]),
  ) as Record<Needed | Extra, Samples>;
  const missing = needed.filter((name) => samples[name].length === 0);
  if (missing.length > 0) {
    const hint = 'is it a node_exporter, with its meminfo, cpu, filesystem and loadavg collectors on?';
    throw contractError(answer.url, needed.join(', '), `none of ${missing.join(', ')}`, hint);
  }
  const first = (name: Needed) => samples[name][0]?.value ?? Number.NaN;
  return {
    source: answer.url.replace(/\/metrics$/, ''),
    availableMemoryBytes: first('node_memory_MemAvailable_bytes'),
    totalMemoryBytes: first('node_memory_MemTotal_bytes'),
    cores: new Set(samples.node_cpu_seconds_total.map(({ labels }) => labels.cpu)).size,
    disks: disk === undefined ? disksOf(samples) : withDiskOf(disk, samples, answer.url),
    loadAverage1m: first('node_load1'),
  };
}
