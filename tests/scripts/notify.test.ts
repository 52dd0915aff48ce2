import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startWebhookReceiver } from '../../fixtures/stack/webhook-receiver.ts';
import { takeLock } from '../../src/monitor/loop/instance-lock.ts';
import { collected } from '../support/collected.ts';
import { bin, emptyFolder, vigil } from './vigil.ts';

/** A deployment that is down for as long as a file is there, and who is told of it. */
async function watched() {
  const receiver = await startWebhookReceiver(0);
  onTestFinished(() => receiver.close());
  const config = {
    probes: [{ type: 'command', id: 'shop', command: ['test', '!', '-e', 'down'] }],
    // An alert waits 30 s for others of its group.
    monitoring: { timeScale: 0.02 },
    sampleInterval: '1s',
    notifications: {
      channels: [
        { type: 'webhook', url: `${receiver.url}/alerts` },
        { type: 'heartbeat', url: `${receiver.url}/ping` },
      ],
    },
  };
  const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config), down: '' });
  return {
    cwd,
    /** Runs one cycle as cron does, in an empty environment; gives the exit code and what came of it. */
    async cycle() {
      const before = receiver.arrivals().length;
      const args = [
        '-i',
        'PATH=/usr/bin:/bin',
        process.execPath,
        bin,
        'monitor',
        '--notify',
        '--interval',
        '1h',
      ];
      const { code, stdout, stderr } = await collected(spawn('env', args, { cwd })).ended;
      const told = receiver
        .arrivals()
        .slice(before)
        .map(({ path: to, body }) =>
          typeof body === 'string' ? to : `${to} ${body.status} ${body.alerts[0]?.labels.check}`,
        );
      return { code, told, said: stdout + stderr };
    },
  };
}

test('a cycle by cron tells of what fails, the next that it is over, and both beat for the dead man’s switch', async () => {
  const { cwd, cycle } = await watched();
  // The beat at a cycle's start is superseded by that at its end where it was not on its way by then.
  const meant = (told: string[]) => told.filter((one) => one !== '/ping/start').toSorted();
  const first = await cycle();
  expect(first.code, first.said).toBe(1);
  expect(meant(first.told)).toEqual(['/alerts firing shop', '/ping/fail']);
  rmSync(path.join(cwd, 'down'));
  const second = await cycle();
  expect(meant(second.told), second.said).toEqual(['/alerts resolved shop', '/ping']);
  expect(second.code).toBe(0);
  // What a gate needs beside the checks: the cycle is seen, the path of an alert proven.
  const { stdout } = await vigil(['gate', '--to', '25', '--dry-run', '--json'], { cwd });
  const met = JSON.parse(stdout).conditions.filter(({ outcome }: { outcome: string }) => outcome === 'pass');
  expect(met.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['sentinel', 'freshness']));
});

test('beside a loop, and together with one, it is refused', async () => {
  const { cwd, cycle } = await watched();
  const both = await vigil(['monitor', '--notify', '--loop'], { cwd });
  expect(both).toMatchObject({ code: 64, stderr: expect.stringContaining('--notify is for one cycle') });
  mkdirSync(path.join(cwd, 'reports'));
  const lock = takeLock(path.join(cwd, 'reports'), new Date());
  onTestFinished(() => lock.release());
  expect(await cycle()).toMatchObject({ code: 64, told: [], said: expect.stringContaining('watches here') });
});
