import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHistory } from '../../src/history/open-history.ts';
import {
  quickSuite,
  type SmallLoop,
  smallTarget,
  startSmallLoop,
  until,
} from '../monitor/loop/small-loop.ts';

const config = async () => ({
  target: { orchestration: await smallTarget() },
  suite: { command: quickSuite },
  sampleInterval: '1s',
});
const args = ['--interval', '1s'];

function inDatabase<T>(reports: string, ask: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path.join(reports, 'vigil.sqlite'), { readOnly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

const cycles = (reports: string) =>
  inDatabase(reports, (db) => Number(db.prepare('SELECT count(*) AS n FROM cycles').get()?.n));

/** Writes until there is no room; the loop writes at the same time. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const size of [64 * 1024, 1024]) {
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(size));
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Waits until it records cycles again, two more than it had. */
async function goesOn(loop: SmallLoop): Promise<void> {
  const before = cycles(loop.reports);
  await until(() => cycles(loop.reports) >= before + 2, loop.said);
  expect((await loop.get('/healthz')).status).toBe(200);
  expect(
    inDatabase(loop.reports, (db) => Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})),
  ).toEqual(['ok']);
}

/** Waits until it says something that it had not said before. */
async function saysAnew(loop: SmallLoop, what: RegExp): Promise<void> {
  const from = loop.said().length;
  await until(() => what.test(loop.said().slice(from)), loop.said);
}

const status = async (loop: SmallLoop): Promise<{ warnings: string[] }> =>
  JSON.parse((await loop.get('/api/status')).text);

const warningsOf = async (loop: SmallLoop) => (await status(loop)).warnings.join('\n');

async function ends(loop: SmallLoop): Promise<void> {
  loop.child.kill('SIGTERM');
  await loop.ended();
  expect(existsSync(path.join(loop.reports, 'vigil.lock'))).toBe(false);
}

/** A reports folder on a small disk of its own. */
function smallDisk(): { folder: string; reports: string; unmount: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-disk-'));
  const reports = path.join(folder, 'reports');
  mkdirSync(reports);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'vigil-test', reports]);
  let isMounted = true;
  const unmount = () => {
    if (isMounted) execFileSync('umount', ['--lazy', reports]);
    isMounted = false;
  };
  onTestFinished(unmount);
  return { folder, reports, unmount };
}

describe('a loop', () => {
  test('whose disk is full, and whose folders can’t be written, says so, watches on, and records again when it can', {
    tags: ['root'],
  }, async () => {
    const { folder, reports, unmount } = smallDisk();
    const loop = await startSmallLoop(await config(), args, {}, folder);
    onTestFinished(unmount); // before its folder is removed
    await until(() => cycles(reports) >= 1, loop.said);

    const filler = path.join(reports, 'filler');
    fill(filler);
    await saysAnew(loop, /could not be (recorded|written)[^\n]*(full|no space)/i);
    expect((await loop.get('/healthz')).status).toBe(200);
    expect(await warningsOf(loop)).toMatch(/could not be (recorded|written)/);
    await saysAnew(loop, new RegExp(`INCONCLUSIVE .*the disk that holds ${reports} is full`));
    expect(await status(loop)).toMatchObject({
      verdict: 'inconclusive',
      trust: {
        ok: false,
        reasons: expect.arrayContaining([expect.stringMatching(/the last cycle could not be recorded/)]),
      },
    });
    rmSync(filler);
    await goesOn(loop);
    await saysAnew(loop, /PASS/);
    expect(JSON.stringify(await status(loop))).not.toContain('the last cycle could not be recorded');

    for (const name of ['junit', 'logs']) {
      rmSync(path.join(reports, name), { recursive: true });
      writeFileSync(path.join(reports, name), 'in the way');
    }
    await saysAnew(loop, /(JUnit|log) could not be written/);
    await goesOn(loop);
    for (const name of ['junit', 'logs']) rmSync(path.join(reports, name));
    await until(() => existsSync(path.join(reports, 'logs', 'health_check.log')), loop.said);
    // Nobody may think that it saw what it could not record.
    const { coverage } = JSON.parse((await loop.get('/api/evidence?since=0')).text);
    expect(coverage.observed).toBeLessThanOrEqual(coverage.due);
    expect(coverage.observed).toBeLessThanOrEqual(cycles(reports));
    await ends(loop);
  });

  test('whose folder is read-only from the start says so and ends, as a loop that can keep nothing proves nothing', {
    tags: ['root'],
  }, async () => {
    const { folder, reports, unmount } = smallDisk();
    execFileSync('mount', ['-o', 'remount,ro', reports]);
    const failure = await startSmallLoop(await config(), args, {}, folder).catch((thrown: Error) => thrown);
    onTestFinished(unmount);
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).toMatch(/read-only/i);
    expect(String(failure)).not.toMatch(/at \w+ \(/); // no stack
  });

  test('without files and sockets to open says so, and goes on when there are some', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vigil-files-'));
    const reports = path.join(folder, 'reports');
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const loop = await startSmallLoop(await config(), args, {}, folder, [
      'bash',
      '-c',
      'ulimit -n 60; exec "$@"',
      'limited',
    ]);
    await until(() => cycles(reports) >= 1, loop.said);
    const port = Number(new URL(loop.url).port);
    const sockets: net.Socket[] = [];
    onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
    // The other side of each is a file of the loop; what it closes is opened again.
    const hold = setInterval(() => {
      const living = sockets.filter((socket) => !socket.destroyed).length;
      for (let more = living; more < 80; more += 1)
        sockets.push(net.connect(port, '127.0.0.1').on('error', () => {}));
    }, 20);
    onTestFinished(() => clearInterval(hold));
    await saysAnew(loop, /EMFILE|too many open files|can.t be (run|opened)|unable to open/i);
    clearInterval(hold);
    for (const socket of sockets) socket.destroy();
    await goesOn(loop);
    await ends(loop);
  });

  test('whose clock goes back, and forward again, says so, begins its schedule anew, and proves nothing of the future', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vigil-clock-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const reports = path.join(folder, 'reports');
    const clock = path.join(folder, 'clock');
    writeFileSync(clock, '0');
    const preload = fileURLToPath(new URL('./settable-clock.mjs', import.meta.url));
    const loop = await startSmallLoop(
      await config(),
      args,
      { NODE_OPTIONS: `--import=${preload}`, CLOCK_FILE: clock },
      folder,
    );
    // Its first turn, in which it opens connections, tells nothing of the clocks.
    await until(() => cycles(reports) >= 4, loop.said);

    writeFileSync(clock, String(-3_600_000));
    await until(() => /the clock was set back: a new schedule begins/.test(loop.said()), loop.said);
    await until(() => /the wall clock jumped back by (59m|1h)/.test(loop.said()), loop.said);
    await goesOn(loop);
    const asked = JSON.parse((await loop.get('/api/gate?to=25')).text);
    expect(asked.verdict).not.toBe('pass');
    const conditions: { id: string; outcome: string; detail: string }[] = asked.conditions;
    expect(conditions.find(({ id }) => id === 'clock')).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringMatching(/dated after now: .*cycles/),
    });

    writeFileSync(clock, '0');
    await until(() => /the wall clock jumped ahead by (59m|1h)/.test(loop.said()), loop.said);
    await goesOn(loop);
    const { coverage } = JSON.parse((await loop.get(`/api/evidence?since=${Date.now() - 600_000}`)).text);
    expect(coverage.observed).toBeLessThanOrEqual(coverage.due);
    await ends(loop);
  });

  test('whose clock is 70 days ahead for a while deletes nothing, writes no row for each slot, and answers all the while', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vigil-ahead-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const reports = path.join(folder, 'reports');
    mkdirSync(reports);
    const before = openHistory({ file: path.join(reports, 'vigil.sqlite') });
    before.recordDeployment({ timeMs: Date.now(), release: 'v2' });
    before.close();
    const clock = path.join(folder, 'clock');
    writeFileSync(clock, '0');
    const preload = fileURLToPath(new URL('./settable-clock.mjs', import.meta.url));
    const loop = await startSmallLoop(
      { ...(await config()), retention: '1h' },
      args,
      { NODE_OPTIONS: `--import=${preload}`, CLOCK_FILE: clock },
      folder,
    );
    await until(() => cycles(reports) >= 4, loop.said);
    const first = inDatabase(reports, (db) => db.prepare('SELECT id FROM cycles ORDER BY seq LIMIT 1').get());
    writeFileSync(clock, String(70 * 86_400_000));
    await until(() => /the wall clock jumped ahead by 1(679|680)h/.test(loop.said()), loop.said);
    await goesOn(loop);
    writeFileSync(clock, '0');
    await until(() => /the clock was set back: a new schedule begins/.test(loop.said()), loop.said);
    await goesOn(loop);
    const kept = inDatabase(reports, (db) => ({
      first: db.prepare('SELECT id FROM cycles ORDER BY seq LIMIT 1').get(),
      releases: db.prepare('SELECT release FROM deployments').all(),
      gaps: db.prepare('SELECT count(*) AS n, max(to_ms - from_ms) / 86400000 AS days FROM gaps').get(),
      slots: Number(db.prepare('SELECT count(*) AS n FROM slots').get()?.n),
    }));
    expect(kept).toMatchObject({ first, releases: [{ release: 'v2' }], gaps: { n: 1, days: 69 } });
    expect(kept.slots).toBeLessThan(300);
    await ends(loop);
  });
});
