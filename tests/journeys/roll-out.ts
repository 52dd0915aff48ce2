import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { create } from 'tar';
import { Agent, request } from 'undici';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { rollbackRuns } from '../../src/release/rollback/runs/run.ts';
import { sha256 } from '../release/rollback/two-releases.ts';
import { emptyFolder, startVigil, vigilProcess } from '../scripts/vigil.ts';
import { timesOf } from './quick-watch.ts';

export const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A folder with the release that runs, its archive, and how it is started. */
export async function deployed(program: (port: number, app: string) => string[], health: string) {
  const folder = emptyFolder({});
  const file = (name: string) => path.join(folder, name);
  const port = await freePort();
  fs.mkdirSync(file('app'));
  const lay = (release: object) => fs.writeFileSync(file('app/release.json'), JSON.stringify(release));
  lay({ release: 'v1' });
  await create({ file: file('v1.tar.gz'), cwd: file('app'), gzip: true }, ['release.json']);
  fs.writeFileSync(file('v1.tar.gz.sha256'), `${sha256(file('v1.tar.gz'))}  v1.tar.gz\n`);
  const url = `http://127.0.0.1:${port}`;
  const restart = [process.execPath, here('restart.mjs'), file('pid'), `${url}${health}`];
  const start = [...restart, ...program(port, file('app'))];
  const run = ([command = '', ...args]: string[]) => execFileSync(command, args, { stdio: 'inherit' });
  run(start);
  onTestFinished(() => void run(restart));
  const rollback = {
    automatic: true,
    options: ['backup'],
    cwd: folder,
    release: 'v1',
    commands: { restart: start },
    verify: { settle: '1s' },
    backup: { archive: file('v1.tar.gz'), folder: file('app') },
  };
  return {
    folder,
    file,
    url,
    rollback,
    deploy(release: object) {
      lay(release);
      run(start);
    },
  };
}

/** Users, some forty requests a second, until the test is over. */
export function users(url: string, paths: readonly [method: 'GET' | 'POST', path: string][], ca?: string) {
  const dispatcher = new Agent({ connect: ca ? { ca: fs.readFileSync(ca) } : {} });
  const over = new AbortController();
  const one = async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const [method, where] = paths[turn % paths.length] as (typeof paths)[number];
      await request(`${url}${where}`, { method, dispatcher })
        .then(({ body }) => body.dump())
        .catch(() => undefined);
      await sleep(50);
    }
  };
  void Promise.all([one(), one()]).finally(() => dispatcher.close());
  onTestFinished(() => over.abort());
}

/** Times so short that a rollout takes half a minute. */
export const shortened = {
  ...timesOf(4),
  rollout: {
    plan: [
      { percent: 25, after: '12s' },
      { percent: 50, after: '24s' },
    ],
  },
};

/** A healthy release passes two stages; a bad one is blocked and rolled back. The alert is told, and its end. */
export async function rollOut(
  folder: string,
  config: object,
  deploy: (release: object) => void,
  failing: object,
  alert = 'HighErrorRate',
) {
  fs.writeFileSync(path.join(folder, 'vigil.config.json'), JSON.stringify(config, null, 2));
  const options = { cwd: folder };
  const gate = (...args: string[]) => vigilProcess(['gate', ...args], options);
  const loop = startVigil(['monitor', '--loop', '--port', '0'], options);
  try {
    expect(await gate('--deployed', 'v1')).toMatchObject({ code: 0 });
    for (const stage of ['25', '50']) {
      const { code, stdout } = await gate('--to', stage, '--wait', '90s');
      expect(code, stdout).toBe(0);
    }
    expect(await gate('--deployed', 'v2')).toMatchObject({ code: 0 });
    deploy({ release: 'v2', ...failing });
    const blocked = await gate('--to', '25', '--wait', '16s');
    expect(blocked.code, blocked.stdout).toBe(1);
    const reader = openHistoryReader({ file: path.join(folder, 'reports', 'vigil.sqlite') });
    const ended = () => rollbackRuns(reader, 0, Date.now()).find(({ status }) => status !== 'running');
    for (let tries = 0; tries < 90 && !ended(); tries += 1) await sleep(1000);
    const run = ended();
    const became = () =>
      reader.transitions(0, Date.now()).flatMap((one) => (one.alert === alert ? [one.to] : []));
    for (let tries = 0; tries < 40 && !became().includes('resolved'); tries += 1) await sleep(1000);
    expect.soft(became()).toEqual(expect.arrayContaining(['firing', 'resolved']));
    reader.close();
    const log = fs.readFileSync(path.join(folder, 'reports/logs/rollback.log'), 'utf8');
    expect(run, log).toMatchObject({ status: 'succeeded' });
    return blocked.stdout;
  } finally {
    loop.child.kill('SIGTERM');
    const { stdout, stderr } = await loop.ended;
    expect(`${stdout}${stderr}`).not.toMatch(/genesis|orchestrat|planner/i);
  }
}
