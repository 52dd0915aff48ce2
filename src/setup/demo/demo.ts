import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { create } from 'tar';
import { VigilError } from '../../core/index.ts';
import { historyFile, openHistoryReader } from '../../history/index.ts';
import { type RollbackRun, rollbackRuns } from '../../release/index.ts';
import { type ShopRelease, startShop } from './shop.ts';

export interface DemoOptions {
  /** A line of what happens and what to look at. */
  say(line: string): void;
  /** Where the page is served; 0 for any. */
  port: number;
  signal: AbortSignal;
}

const vigil = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));
const healthy: ShopRelease = { release: 'v1.4.0', failingCheckouts: 0 };
const broken: ShopRelease = { release: 'v1.5.0', failingCheckouts: 0.4 };

/** The folder of the demonstration: the shop's release, the archive of it that a rollback unpacks, the configuration. */
async function layOut(folder: string) {
  const app = path.join(folder, 'app');
  const release = path.join(app, 'release.json');
  const archive = path.join(folder, 'v1.4.0.tar.gz');
  mkdirSync(app);
  writeFileSync(release, `${JSON.stringify(healthy)}\n`);
  await create({ file: archive, cwd: app, gzip: true }, ['release.json']);
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  writeFileSync(`${archive}.sha256`, `${sha256}  v1.4.0.tar.gz\n`);
  return { app, release, archive };
}

/** What a user writes for such a shop, with every time shortened: a minute stands for half an hour. */
function configurationOf(folder: string, url: string, { app, archive }: { app: string; archive: string }) {
  // An answer that is refused ends it with an error.
  const restart = `fetch('${url}/restart', { method: 'POST' }).then(({ ok }) => assert(ok))`;
  return {
    name: 'Demo shop',
    target: { url },
    reports: path.join(folder, 'reports'),
    interval: '8s',
    timeout: '7500ms',
    fastInterval: '3s',
    sampleInterval: '1s',
    monitoring: { timeScale: 0.02 },
    rollout: {
      plan: [
        { percent: 25, after: '5s' },
        { percent: 100, after: '30s' },
      ],
    },
    probes: [
      { type: 'http', id: 'front', url: '/health', name: 'the shop answers' },
      { type: 'http', id: 'products', url: '/products', name: 'products are listed', contains: 'Kettle' },
      {
        type: 'http',
        id: 'checkout',
        url: '/checkout',
        name: 'a checkout is paid',
        method: 'POST',
        samples: 10,
      },
    ],
    rollback: {
      automatic: true,
      options: ['backup'],
      cwd: folder,
      release: healthy.release,
      commands: { restart: [process.execPath, '-e', restart] },
      verify: { settle: '1s' },
      backup: { archive, folder: app },
    },
  };
}

/** Asks again and again until there is an answer. @throws HARNESS after the time */
async function awaited<T>(
  what: string,
  seconds: number,
  signal: AbortSignal,
  ask: () => T | undefined,
): Promise<T> {
  const endMs = Date.now() + seconds * 1000;
  for (;;) {
    const found = ask();
    if (found !== undefined) return found;
    if (Date.now() > endMs) {
      throw new VigilError('HARNESS', `the demonstration waited ${seconds} s for ${what}`, {
        hint: 'a busy machine may need longer: run it again',
      });
    }
    await sleep(200, undefined, { signal });
  }
}

/** Starts a loop as a user would; its page's address stands in what it prints. */
function startLoop(config: string, port: number) {
  const args = ['monitor', '--loop', '--port', String(port), '--config', config];
  const child = execa(process.execPath, [vigil, ...args], {
    reject: false,
    all: true,
    forceKillAfterDelay: 10_000,
  });
  let printed = '';
  child.all?.on('data', (part) => {
    printed += String(part);
  });
  return {
    page: () => /Serving (http:\/\/\S+?);/.exec(printed)?.[1],
    printed: () => printed,
    async stop() {
      child.kill('SIGTERM');
      await child;
    },
  };
}

const seconds = ({ startedMs, endedMs = startedMs }: RollbackRun) =>
  `${Math.round((endedMs - startedMs) / 1000)} s`;

/** Plays a bad release in a small shop: watched, blocked by the gate, rolled back and proven. Returns the folder with everything. */
export async function runDemo({ say, port, signal }: DemoOptions): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-demo-'));
  const files = await layOut(folder);
  const shop = await startShop(files.release);
  const config = path.join(folder, 'vigil.config.json');
  writeFileSync(config, `${JSON.stringify(configurationOf(folder, shop.url, files), null, 2)}\n`);
  const ask = (...args: string[]) =>
    execa(process.execPath, [vigil, ...args, '--config', config], { reject: false, cancelSignal: signal });
  const loop = startLoop(config, port);
  try {
    say(`A small shop runs at ${shop.url}, release ${healthy.release}. Its configuration: ${config}`);
    const page = await awaited('the page', 30, signal, loop.page);
    say(
      `Vigil watches it with three checks, every 8 s; the times of its rules are divided by 50. Open the page: ${page}`,
    );
    // What fails later is held against a release only where it passed under the one before.
    await ask('gate', '--deployed', healthy.release);
    const recordedMs = Date.now();
    const reader = openHistoryReader({ file: historyFile(path.join(folder, 'reports')) });
    try {
      await awaited('a green cycle', 60, signal, () => {
        const cycle = reader.latestCycle();
        return cycle?.verdict === 'pass' && cycle.startedMs > recordedMs ? true : undefined;
      });
      say(`All checks pass. ${broken.release} is deployed now: 4 of 10 checkouts fail in it.`);
      await ask('gate', '--deployed', broken.release);
      writeFileSync(files.release, `${JSON.stringify(broken)}\n`);
      shop.restart();
      await awaited('the failing check', 60, signal, () =>
        reader.latestCycle()?.verdict === 'fail' ? true : undefined,
      );
      say('The check "a checkout is paid" fails. May 25 % of the traffic see this release? The gate says:');
      const gate = JSON.parse((await ask('gate', '--to', '25', '--dry-run', '--json')).stdout);
      say(`    ${String(gate.verdict).toUpperCase()}: ${gate.next}`);
      const run = await awaited('the rollback', 120, signal, () =>
        rollbackRuns(reader, 0, Date.now()).find(({ status }) => status !== 'running'),
      );
      say(`Vigil rolled back automatically: ${run.status} after ${seconds(run)}, because ${run.reason}.`);
      if (run.incident) say(`The incident report: ${run.incident}`);
    } finally {
      reader.close();
    }
    await ask('report');
    say(`The report of the whole time: ${path.join(folder, 'reports', '48hour_report.html')}`);
    return folder;
  } finally {
    await loop.stop();
    shop.close();
  }
}
