import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { memoryLimit } from '../../src/clients/host/cgroup-memory.ts';
import { readHost } from '../../src/clients/host/host.ts';
import { failureOf, httpServer, startProgram, temporaryFolder } from './servers.ts';

describe('this host', () => {
  test('is read plausibly', async () => {
    const host = await readHost();
    expect(host.source).toBe('this host');
    expect(host.cores).toBe(os.availableParallelism());
    expect(host.totalMemoryBytes).toBeGreaterThan(64 * 1024 ** 2);
    expect(host.availableMemoryBytes).toBeGreaterThan(0);
    expect(host.availableMemoryBytes).toBeLessThanOrEqual(host.totalMemoryBytes);
    expect(host.disks.length).toBeGreaterThan(0);
    for (const disk of host.disks) {
      expect(disk.sizeBytes).toBeGreaterThan(0);
      expect(disk.usedRatio).toBeGreaterThanOrEqual(0);
      expect(disk.usedRatio).toBeLessThanOrEqual(1);
    }
  });

  test.runIf(existsSync('/dev/shm'))('judges a named disk first, also one in memory', async () => {
    const { disks } = await readHost({ disk: '/dev/shm' });
    expect(disks[0]?.mount).toBe('/dev/shm');
    expect(disks.slice(1).map(({ mount }) => mount)).not.toContain('/dev/shm');
  });

  test('names a disk that is not there', async () => {
    const failure = await failureOf(readHost({ disk: '/no/such/place' }));
    expect(failure.code).toBe('HARNESS');
    expect(failure.message).toContain('/no/such/place');
    expect(failure.hint).toContain('host.disk');
  });
});

describe('a container with a memory limit', () => {
  async function groups(lines: string, files: Record<string, string>): Promise<[string, string]> {
    const folder = await temporaryFolder();
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, 'fs', name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    writeFileSync(path.join(folder, 'cgroup'), lines);
    return [path.join(folder, 'cgroup'), path.join(folder, 'fs')];
  }

  test.for([
    {
      what: 'of version 2 has what the limit leaves, caches counted as left',
      lines: '0::/app.slice/app\n',
      files: {
        'app.slice/app/memory.max': 'max\n',
        'app.slice/memory.max': '1000000\n',
        'app.slice/memory.current': '700000\n',
        'app.slice/memory.stat': 'anon 1\ninactive_file 200000\nactive_file 5\n',
      },
      availableBytes: 500_000,
    },
    {
      what: 'of version 1, seen from inside where its own path does not exist',
      lines: '4:memory:/docker/abc\n3:cpu:/docker/abc\n',
      files: {
        'memory/memory.limit_in_bytes': '1000000\n',
        'memory/memory.usage_in_bytes': '900000\n',
        'memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 100000\n',
      },
      availableBytes: 200_000,
    },
  ])('$what', async ({ lines, files, availableBytes }) => {
    const paths = await groups(lines, files);
    expect(await memoryLimit(...paths)).toEqual({ limitBytes: 1_000_000, availableBytes });
  });

  test('without a limit, or without control groups, has none', async () => {
    const unlimited = await groups('0::/\n4:memory:/\n', {
      'memory/memory.limit_in_bytes': '9223372036854771712\n',
      'memory.max': 'max\n',
    });
    expect(await memoryLimit(...unlimited)).toBeUndefined();
    expect(await memoryLimit('/no/such/file', '/no/such/folder')).toBeUndefined();
  });
});

const exposition = (fileSystems: string[][]) => `
# TYPE node_memory_MemAvailable_bytes gauge
node_memory_MemAvailable_bytes 2e+09
# TYPE node_memory_MemTotal_bytes gauge
node_memory_MemTotal_bytes 4e+09
# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{cpu="0",mode="idle"} 10
node_cpu_seconds_total{cpu="0",mode="user"} 10
node_cpu_seconds_total{cpu="1",mode="idle"} 10
# TYPE node_load1 gauge
node_load1 0.5
${['size', 'free', 'avail']
  .map((what, index) =>
    [
      `# TYPE node_filesystem_${what}_bytes gauge`,
      ...fileSystems.map(
        ([device, fstype, mountpoint, ...sizes]) =>
          `node_filesystem_${what}_bytes{device="${device}",fstype="${fstype}",mountpoint="${mountpoint}"} ${sizes[index]}`,
      ),
    ].join('\n'),
  )
  .join('\n')}
`;

describe('a host behind a node_exporter', () => {
  const fileSystems = [
    ['/dev/sda1', 'ext4', '/', '1000', '400', '300'],
    ['/dev/sda1', 'ext4', '/var/lib/bind', '1000', '400', '300'],
    ['tmpfs', 'tmpfs', '/run', '100', '1', '1'],
    ['overlay', 'overlay', '/var/lib/docker/overlay2/x', '1000', '0', '0'],
    ['/dev/loop0', 'squashfs', '/snap/core', '100', '0', '0'],
    ['/dev/sdb', 'xfs', '/data', '2000', '100', '100'],
  ];

  test('has its real disks, each once, as full as df says', async () => {
    const url = await httpServer((_request, response) => response.end(exposition(fileSystems)));
    expect(await readHost({ nodeExporter: url })).toEqual({
      source: url,
      availableMemoryBytes: 2e9,
      totalMemoryBytes: 4e9,
      cores: 2,
      loadAverage1m: 0.5,
      disks: [
        { mount: '/', sizeBytes: 1000, availableBytes: 300, usedRatio: 600 / 900 },
        { mount: '/data', sizeBytes: 2000, availableBytes: 100, usedRatio: 1900 / 2000 },
      ],
    });
  });

  test('has the files in use and what can’t be written, where the exporter says them', async () => {
    const root = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}';
    const more = [
      '# TYPE node_filesystem_files gauge',
      `node_filesystem_files${root} 100`,
      '# TYPE node_filesystem_files_free gauge',
      `node_filesystem_files_free${root} 5`,
      '# TYPE node_filesystem_readonly gauge',
      `node_filesystem_readonly${root} 1`,
    ];
    const text = `${exposition(fileSystems).trim()}\n${more.join('\n')}\n`;
    const url = await httpServer((_request, response) => response.end(text));
    const { disks } = await readHost({ nodeExporter: url });
    expect(disks[0]).toMatchObject({ mount: '/', filesUsedRatio: 0.95, isReadOnly: true });
  });

  test('has the file system of a named path first, of whatever kind', async () => {
    const url = await httpServer((_request, response) => response.end(exposition(fileSystems)));
    const mounts = async (disk: string) =>
      (await readHost({ nodeExporter: url, disk })).disks.map(({ mount }) => mount);
    expect(await mounts('/run/app')).toEqual(['/run', '/', '/data']);
    expect(await mounts('/data')).toEqual(['/data', '/']);
    expect(await mounts('/database')).toEqual(['/', '/data']);
  });

  test('names the families that it lacks', async () => {
    const url = await httpServer((_request, response) =>
      response.end('# TYPE up gauge\nup 1\nnode_load1 1\n'),
    );
    const failure = await failureOf(readHost({ nodeExporter: url }));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.received).toContain('node_memory_MemAvailable_bytes');
    expect(failure.received).not.toContain('node_load1');
  });

  test('that answers something else is named', async () => {
    const url = await httpServer((_request, response) => response.end('<html>'));
    const failure = await failureOf(readHost({ nodeExporter: url }));
    expect(failure).toMatchObject({ code: 'TARGET_CONTRACT', where: `${url}/metrics` });
    const down = `http://127.0.0.1:${await freePort()}`;
    expect((await failureOf(readHost({ nodeExporter: down }))).message).toBe(
      `${down}/metrics: connection refused`,
    );
  });

  test('agrees with this host when the exporter runs here', {
    tags: ['prometheus-node-exporter'],
  }, async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const args = [`--web.listen-address=127.0.0.1:${port}`];
    const { stop } = await startProgram('prometheus-node-exporter', args, `${url}/metrics`);
    try {
      const [remote, local] = await Promise.all([readHost({ nodeExporter: url }), readHost()]);
      expect(remote.cores).toBe(os.cpus().length);
      const shared = local.disks.flatMap((disk) => {
        const same = remote.disks.find(({ mount }) => mount === disk.mount);
        return same ? [[disk, same] as const] : [];
      });
      for (const [mine, its] of shared) expect(its.usedRatio).toBeCloseTo(mine.usedRatio, 1);
    } finally {
      await stop();
    }
  });
});
