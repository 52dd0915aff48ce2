import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { create } from 'tar';
import { openLocalServer } from '../fixtures/range/local-server.ts';
import { freePort } from '../fixtures/range/spawn-server.ts';
import { askRecorded, type HistoryReader } from '../src/history/index.ts';
import { rollbackRuns } from '../src/release/index.ts';
import { configurationOf, stages } from './configuration.ts';
import { type Decided, haltsOf } from './decided.ts';
import type { Shop } from './two-releases.ts';
import { openWires } from './wire.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));

/** What `gate --json` prints, as far as it is looked at. */
interface Answer {
  next: string;
  conditions: { id: string; title: string; detail: string; outcome: string }[];
}

/** Whether an answer says not to go on for more than that it is too early. */
const isHalting = ({ conditions }: Answer): boolean =>
  conditions.some(({ id, outcome }) => outcome === 'fail' && id !== 'soak' && id !== 'order');

/** Asks the running loop for the next stage again and again, as somebody on call who has its page open sees it. */
function lookAt(url: string, pace: number) {
  const over = new AbortController();
  const said = haltsOf();
  const look = async () => {
    const { signal } = over;
    const answer = await fetch(`${url}/api/gate`, { signal });
    // At most 120 a minute are answered.
    if (!answer.ok) return;
    said.note(isHalting((await answer.json()) as Answer), Date.now());
  };
  const run = async () => {
    for (; !over.signal.aborted; await sleep(500 * pace)) await look().catch(() => undefined);
  };
  void run();
  return {
    seen: said.seen,
    stop: () => over.abort(),
  };
}

/** The way by which the shop’s people drain the new release and start it anew. */
function startControl({ front, startNext }: Shop) {
  const acts: Record<string, () => Promise<void>> = {
    '/drain': () => front.set({ percent: 0 }),
    '/restart': () => startNext(),
    '/undrain': async () => undefined,
  };
  return openLocalServer((request, response) => {
    const act = acts[request.url ?? ''];
    if (!act) return void response.writeHead(404).end();
    act().then(
      () => response.end(),
      () => response.writeHead(500).end(),
    );
  });
}

/** The archive to which a rollback goes back. */
async function keepArchive(folder: string): Promise<void> {
  const archive = path.join(folder, 'v1.tar.gz');
  await create({ file: archive, cwd: path.join(folder, 'next'), gzip: true }, ['release.json']);
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  writeFileSync(`${archive}.sha256`, `${sha256}  v1.tar.gz\n`);
}

/** What keeps a gate shut as its answer says it first, with what was found of the condition where it names one. */
function lineOf({ conditions, next }: Answer): string {
  const said = next.replace(/^.*First, /, '');
  const first = conditions.find(({ title }) => said.startsWith(`${title}:`));
  return first ? `${first.title}: ${first.detail}` : said;
}

/** Vigil as a stranger uses it after reading its README: a configuration, the loop, the gate before each step. */
export async function openWatch(shop: Shop, ca: string, isCuttable: boolean) {
  const { folder, pace } = shop;
  const control = await startControl(shop);
  await keepArchive(folder);
  const { front, base, next } = shop;
  const addresses = [front.url, front.preview, ...[...base, ...next].map(({ url }) => url), control.url];
  // The watch has wires of its own, which can be cut.
  const wires = isCuttable ? await openWires(addresses) : undefined;
  const config = path.join(folder, 'vigil.config.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    config,
    `${JSON.stringify(configurationOf(shop, ca, control.url, wires?.through), null, 2)}\n`,
  );
  const run = (...args: string[]) =>
    execa(process.execPath, [vigil, ...args], { cwd: folder, reject: false });
  const port = await freePort();
  const loop = execa(process.execPath, [vigil, 'monitor', '--loop', '--port', String(port)], {
    cwd: folder,
    reject: false,
    all: true,
    forceKillAfterDelay: 5000,
  });
  loop.all?.on('data', (part) => writeFileSync(path.join(folder, 'loop.log'), String(part), { flag: 'a' }));
  const asked = <T>(ask: (reader: HistoryReader) => T): T | undefined =>
    askRecorded(path.join(folder, 'reports'), ask);
  const rollbackOf = () => asked((reader) => rollbackRuns(reader, 0, Date.now()).at(-1));
  const until = async (seconds: number, isSo: () => boolean) => {
    for (const endMs = Date.now() + seconds * 1000; Date.now() < endMs; await sleep(200))
      if (isSo()) return true;
    return isSo();
  };
  let looked: ReturnType<typeof lookAt> | undefined;
  const seen = () => looked?.seen() ?? { haltedMs: undefined, wasHalted: false };
  return {
    /** Records it; from then on what is said of it is noted. */
    async deployed(release: string) {
      looked?.stop();
      await run('gate', '--deployed', release);
      looked = lookAt(`http://127.0.0.1:${port}`, pace);
    },
    /** Since when it says not to go on, and whether it ever did. */
    seen,
    /** Waits until a cycle has passed. @throws where none does */
    async watches() {
      if (await until(20 * pace, () => asked((reader) => reader.latestCycle()?.verdict) === 'pass')) return;
      throw new Error(`no cycle passed before the release; see ${folder}/loop.log`);
    },
    /** Asks for a stage and waits for it; what was decided where it does not open. */
    async ask(percent: number, waitSeconds: number): Promise<Decided | undefined> {
      const wait = ['--wait', `${waitSeconds * pace}s`];
      // The first users come only when the whole new pool runs the release.
      if (percent === stages[0].percent) wait.push('--wait-release', 'next');
      const asked = run('gate', '--to', String(percent), ...wait, '--json');
      let saidMs: number | undefined;
      asked.stderr?.once('data', () => {
        saidMs = Date.now();
      });
      const { exitCode, stdout, stderr } = await asked;
      writeFileSync(path.join(folder, `gate-${percent}.json`), stdout);
      writeFileSync(path.join(folder, 'gate.log'), `${stderr}\n`, { flag: 'a' });
      if (exitCode === 0) return undefined;
      const back = rollbackOf();
      if (back) return { decision: 'rolled back', atMs: back.startedMs, line: back.reason, ...seen() };
      if (stdout) return { decision: 'held', atMs: Date.now(), line: lineOf(JSON.parse(stdout)), ...seen() };
      // It waited for the release on every instance and said so from the first moment on.
      return { decision: 'held', atMs: Date.now(), line: stderr, haltedMs: saidMs, wasHalted: true };
    },
    rollbackOf,
    /** Cuts the watch off from everything, or lets it see again. */
    cut: (isCut: boolean) => wires?.cut(isCut),
    /** Waits for the end of a rollback; what it came to. */
    async rolledBack(): Promise<string | undefined> {
      await until(25 * pace, () => rollbackOf()?.status !== 'running');
      return rollbackOf()?.status;
    },
    /** How many cycles ended in a stretch of time. */
    cyclesIn: (fromMs: number, toMs: number) =>
      asked((reader) => {
        const { pass, fail, inconclusive } = reader.tally(fromMs, toMs);
        return pass + fail + inconclusive;
      }) ?? 0,
    async stop() {
      looked?.stop();
      loop.kill('SIGTERM');
      await loop;
      control.close();
      wires?.stop();
    },
  };
}

export type TrialWatch = Awaited<ReturnType<typeof openWatch>>;
