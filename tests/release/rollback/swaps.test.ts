// @module-tag git

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { perform, undo } from '../../../src/release/rollback/steps/steps.ts';
import { placeOf, type SmallDeployment, useDeployments } from './small-deployment.ts';
import { vigil } from './vigil-process.ts';

const context = { signal: new AbortController().signal } as Parameters<typeof perform>[1];

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'vigil-swap-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const textIn = (file: string) => {
  const db = new DatabaseSync(file);
  try {
    return db.prepare('SELECT x FROM t').get()?.x;
  } finally {
    db.close();
  }
};

const placesIn = (home: string) => ({
  live: path.join(home, 'live'),
  staged: path.join(home, 'staged'),
  kept: path.join(home, 'kept'),
});

describe('a SQLite database whose log holds what its file does not yet', () => {
  /** The database of a process that was killed: its last writes are in the log only. */
  function killed(file: string): void {
    const db = new DatabaseSync(`${file}.from`);
    db.exec(
      "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES ('checkpointed'); PRAGMA wal_checkpoint(TRUNCATE)",
    );
    db.exec("UPDATE t SET x = 'in the log'");
    for (const name of ['', '-wal']) writeFileSync(file + name, readFileSync(`${file}.from${name}`));
    db.close();
    for (const name of ['', '-wal', '-shm']) rmSync(`${file}.from${name}`, { force: true });
  }

  const actionIn = (home: string) => {
    const { live, staged, kept } = placesIn(home);
    killed(live);
    const db = new DatabaseSync(staged);
    db.exec("CREATE TABLE t (x); INSERT INTO t VALUES ('restored')");
    db.close();
    return { kind: 'sqlite-swap' as const, live, staged, kept };
  };

  test('keeps its log, and the restored one is not overwritten by it', async () => {
    const action = actionIn(folder());
    await perform(action, context);
    expect(textIn(action.live)).toBe('restored');
    expect(textIn(action.kept)).toBe('in the log');
    expect(existsSync(action.staged)).toBe(false);
  });

  test('a swap that was cut off between its renames goes on, and can be taken back whole', async () => {
    const action = actionIn(folder());
    renameSync(action.live, action.kept);
    await perform(action, context);
    expect(textIn(action.live)).toBe('restored');
    await perform(action, context);
    await undo(action, context);
    expect(textIn(action.live)).toBe('in the log');
    expect(existsSync(action.kept)).toBe(false);
  });
});

describe('a release’s folder', () => {
  const actionIn = (home: string) => {
    const { live, staged, kept } = placesIn(home);
    mkdirSync(staged);
    writeFileSync(path.join(staged, 'release'), 'v1');
    return { kind: 'swap-folder' as const, live, staged, kept };
  };
  const releaseOf = (place: string) => readFileSync(path.join(place, 'release'), 'utf8');

  test('behind a link: the link is turned, and turned back, and neither release moves', async () => {
    const home = folder();
    const action = actionIn(home);
    mkdirSync(path.join(home, 'v2'));
    writeFileSync(path.join(home, 'v2', 'release'), 'v2');
    symlinkSync('v2', action.live);
    await perform(action, context);
    await perform(action, context);
    expect(lstatSync(action.live).isSymbolicLink()).toBe(true);
    expect([releaseOf(action.live), releaseOf(action.kept)]).toEqual(['v1', 'v2']);
    await undo(action, context);
    expect(releaseOf(action.live)).toBe('v2');
    expect(readdirSync(home).sort()).toEqual(['live', 'staged', 'v2']);
  });

  test('cut off between the two renames, it goes on', async () => {
    const home = folder();
    const action = actionIn(home);
    mkdirSync(action.kept);
    writeFileSync(path.join(action.kept, 'release'), 'v2');
    await perform(action, context);
    expect([releaseOf(action.live), releaseOf(action.kept)]).toEqual(['v1', 'v2']);
  });

  test('moved by somebody else, it is left alone and said', async () => {
    const action = actionIn(folder());
    rmSync(action.staged, { recursive: true });
    await expect(perform(action, context)).rejects.toThrow('not as this rollback left them');
  });
});

const deployments = useDeployments();

describe('git', () => {
  test('a checkout that was killed half-way, its lock left behind, is done again by force', async () => {
    const small = deployments.deployment();
    small.config('git');
    await vigil(['rollback', '--execute', '--reason', 'x'], small.folder, 'acted rollback.checkout');
    writeFileSync(small.file('app/.git/index.lock'), '');
    writeFileSync(small.file('app/release.txt'), 'half wri');
    const { code, stderr } = await vigil(['rollback', '--resume'], small.folder);
    expect(stderr).toContain('SUCCEEDED');
    expect(code).toBe(0);
    expect(placeOf(small)).toMatchObject({ release: 'v1\n', status: '' });
  });

  test('the lock of another git that works there is never taken away', async () => {
    const small = deployments.deployment();
    small.config('git');
    writeFileSync(small.file('app/.git/index.lock'), '');
    const { code, stderr } = await vigil(['rollback', '--execute', '--reason', 'x'], small.folder);
    expect(code).toBe(1);
    expect(stderr).toContain('index.lock');
    expect(existsSync(small.file('app/.git/index.lock'))).toBe(true);
  });
});

/** Rolls back a deployment whose traffic is taken away, and waited for as this says. */
async function drained(small: SmallDeployment, drain: object) {
  small.config('git', {
    drain,
    commands: {
      drain: ['true'],
      undrain: ['touch', small.file('undrained')],
      restart: ['cp', small.file('app/release.txt'), small.file('restarted')],
    },
  });
  return vigil(['rollback', '--execute', '--reason', 'x'], small.folder);
}

test('traffic that does not end is gone on from, or fails the stage, as configured', async () => {
  for (const ifBusy of ['continue', 'fail'] as const) {
    const small = deployments.deployment();
    writeFileSync(small.file('busy'), '7');
    const { code, stderr } = await drained(small, { timeout: '300ms', ifBusy });
    expect(stderr).toContain('not drained after 0.3 s');
    expect(stderr).toContain('7 in flight');
    expect(code).toBe(ifBusy === 'continue' ? 0 : 1);
    expect(existsSync(small.file('undrained'))).toBe(true);
  }
});

test('a service that does not count what is in flight is not waited for: the rollback goes on, or fails, at once', async () => {
  for (const ifBusy of ['continue', 'fail'] as const) {
    const small = deployments.deployment();
    const { code, stderr } = await drained(small, { metric: 'requests_under_way', ifBusy });
    expect(stderr).toContain('not known to be drained');
    expect(stderr).toContain('it exposes no requests_under_way');
    expect(code).toBe(ifBusy === 'continue' ? 0 : 1);
    expect(existsSync(small.file('undrained'))).toBe(true);
  }
});
