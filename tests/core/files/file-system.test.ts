import { mkdtempSync, rmSync, type StatsFs, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { requireLocks } from '../../../src/core/files/file-system.ts';
import { openHistory } from '../../../src/history/index.ts';
import { takeLock } from '../../../src/monitor/loop/instance-lock.ts';
import { lookAtMachine } from '../../../src/setup/doctor/look-at-machine.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) };
});

/** A folder that the system says is on this kind of file system; it is not, so only what is said of it is tested. */
function folderOn(type: number): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-share-'));
  vi.mocked(statfsSync).mockImplementation(() => ({ type }) as StatsFs);
  onTestFinished(() => {
    vi.mocked(statfsSync).mockReset();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const doctor = async (reports: string) => {
  const config = { reports } as Parameters<typeof lookAtMachine>[0];
  const findings = await lookAtMachine(config, { host: '127.0.0.1', port: 0, nodeVersion: '24' });
  return findings.find(({ subject }) => subject === 'reports');
};

test.each([
  ['NFS', 0x6969],
  ['SMB', 0x517b],
  ['SMB', 0xfe534d42],
  ['SMB (CIFS)', 0xff534d42],
  ['SMB (CIFS)', 0xff534d42 | 0], // as a system of 32 bits gives it
])(
  '%s (%d) is refused by the loop, by what records and by the doctor, with what to use instead',
  async (name, type) => {
    const reports = folderOn(type);
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`is on ${name},`),
      hint: expect.stringContaining('local folder'),
    });
    expect(() => takeLock(reports, new Date(0))).toThrow(refused);
    expect(() => openHistory({ file: path.join(reports, 'vigil.sqlite'), retentionMs: 1 })).toThrow(refused);
    expect(await doctor(reports)).toMatchObject({ state: 'problem', detail: expect.stringContaining(name) });
  },
);

test.each([
  ['9p', 0x01021997],
  ['FUSE or virtiofs', 0x65735546],
])('%s is warned of, and used', async (name, type) => {
  const reports = folderOn(type);
  const said: string[] = [];
  takeLock(reports, new Date(0), (text) => said.push(text)).release();
  expect(said).toEqual([expect.stringContaining(`is on ${name}:`)]);
  expect(await doctor(reports)).toMatchObject({ state: 'warning', detail: expect.stringContaining(name) });
});

test('a local disk and a folder that is not there yet are nothing to speak of', async () => {
  const reports = folderOn(0xef53);
  const said: string[] = [];
  takeLock(reports, new Date(0), (text) => said.push(text)).release();
  expect(said).toEqual([]);
  expect(await doctor(reports)).toMatchObject({ state: 'ok' });
  vi.mocked(statfsSync).mockReset();
  expect(requireLocks('/nowhere/at/all')).toBeUndefined();
});
