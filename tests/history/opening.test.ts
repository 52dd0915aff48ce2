import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { migrate, schemaVersion } from '../../src/history/migrate.ts';
import { openHistory, openHistoryReader } from '../../src/history/open-history.ts';
import { applicationId, migrations } from '../../src/history/schema.ts';
import { inOrder } from '../support/in-order.ts';
import { countsOf } from './counts.ts';
import { cycle, start } from './cycle.ts';
import { databaseOf, folder, opened, writeVersion1 } from './folder.ts';
import { snapshot } from './snapshot.ts';

const now = () => new Date(start);
const aside = 'vigil.sqlite.corrupt-2026-01-01T00-00-00.000Z';

/** A reports folder with the evidence of some cycles, as a process that ended well leaves it. */
function recorded(cycles = 40): string {
  const reports = folder();
  const history = opened(reports);
  for (let index = 0; index < cycles; index += 1) history.recordCycle(cycle(start + index));
  history.close();
  return reports;
}

/** What is in a folder, without what a reader makes for itself: the index and an empty log. */
const contents = (reports: string) =>
  readdirSync(reports)
    .map((name) => [name, readFileSync(path.join(reports, name))] as const)
    .filter(([name, content]) => !name.endsWith('-shm') && content.length > 0)
    .map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')]);

test('a version 1 database opens with everything that is in it', () => {
  const reports = folder();
  writeVersion1(databaseOf(reports));
  const history = opened(reports, { now: () => new Date(1_767_227_100_000) });
  const [fromMs, toMs] = [1_767_225_000_000, 1_767_227_000_000];
  const copy = `${databaseOf(reports)}.version-1`;
  expect(history.warnings).toEqual([
    expect.stringMatching(inOrder(`from schema version 1 to ${schemaVersion()}`, `kept as ${copy}`)),
  ]);
  expect(readdirSync(reports).filter((name) => name.includes('version-'))).toEqual([path.basename(copy)]);
  const kept = new DatabaseSync(copy, { readOnly: true });
  expect(kept.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  expect(kept.prepare('SELECT count(*) AS cycles FROM cycles').get()).toEqual({ cycles: 2 });
  kept.close();
  expect(history.killedSlots).toEqual([1_767_226_500_000]);
  expect(history.snapshots(0).map(({ cycle: id, failing }) => [id, failing])).toEqual([
    ['first', []],
    ['second', ['S02']],
  ]);
  expect(history.latestCycle()?.outcomes[1]).toMatchObject({
    reason: 'P95 took 412 ms',
    measurements: [{ value: 0.412, bound: { operator: '<', value: 0.2 }, note: 'n too small' }],
  });
  expect(history.coverage(fromMs, toMs)).toMatchObject({ due: 5, observed: 2, missed: 3 });
  expect(history.series('up', [], fromMs, toMs)[0]?.points).toHaveLength(2);
  expect(history.points('errorRatio', fromMs, toMs)).toHaveLength(2);
  for (const list of ['transitions', 'deployments', 'rollbacks', 'acknowledgements'] as const) {
    expect(history[list](fromMs, toMs)).toHaveLength(1);
  }
  expect(history.maintenance(fromMs, toMs)).toHaveLength(1);
  expect(history.baseline()).toHaveLength(1);
  expect(history.loadState('alerts', z.unknown())).toEqual({ pending: [1] });
  history.recordCycle(cycle(1_767_227_000_000));
  expect(countsOf(history)).toMatchObject({ cycles: 3, outcomes: 40 });
});

test('the schema of version 1 is what it was when histories were written by it', () => {
  const digest = createHash('sha256').update(migrations[0]?.sql ?? '');
  expect(digest.digest('hex')).toBe('6bce1433eebc17e9dc515b541ce03ad8efbbb37588b5b60473f68ce992862375');
});

test('a step that fails leaves the version before, and those before it are kept', () => {
  const file = databaseOf(folder());
  const db = new DatabaseSync(file);
  const taking = { now: now(), onWarning() {} };
  const steps = [
    { version: 1, sql: 'CREATE TABLE a (x)' },
    { version: 2, sql: 'ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES (1, 2)' },
    { version: 3, sql: 'CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)' },
  ];
  expect(() => migrate(db, file, taking, steps)).toThrow('nowhere');
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  expect(db.prepare(`SELECT name FROM sqlite_schema`).all()).toEqual([{ name: 'a' }]);
  migrate(db, file, taking, [...steps.slice(0, 2), { version: 3, sql: 'CREATE TABLE b (x)' }]);
  expect(db.prepare('SELECT * FROM a').all()).toEqual([{ x: 1, y: 2 }]);
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
});

test('a folder of JSON files is taken over once: what is in them later is not read', () => {
  const reports = folder();
  const file = path.join(reports, 'metrics_snapshot.json');
  writeFileSync(file, JSON.stringify([snapshot(start)]));
  opened(reports).close();
  writeFileSync(file, JSON.stringify([snapshot(start), snapshot(start + 1)]));
  const history = opened(reports);
  expect([history.warnings, history.snapshots(0).length]).toEqual([[], 1]);
});

test('a folder whose files were not taken over to the end is taken over by the next that opens it', () => {
  const reports = folder();
  writeFileSync(path.join(reports, 'metrics_snapshot.json'), JSON.stringify([snapshot(start)]));
  const file = databaseOf(reports);
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA application_id = ${applicationId}`);
  const broken = migrations.map((step) => ({
    ...step,
    ...(step.adopt && { adopt: () => expect.fail('killed') }),
  }));
  expect(() => migrate(db, file, { now: now(), onWarning() {} }, broken)).toThrow('killed');
  db.close();
  expect(opened(reports).snapshots(0)).toHaveLength(1);
});

test('a database of a newer Vigil is refused and stays as it is, byte for byte', () => {
  const reports = recorded();
  const newer = schemaVersion() + 1;
  const db = new DatabaseSync(databaseOf(reports));
  db.exec(`PRAGMA user_version = ${newer}`);
  db.close();
  const before = contents(reports);
  for (const open of [openHistory, openHistoryReader]) {
    expect(() => open({ file: databaseOf(reports) })).toThrow(
      expect.objectContaining({
        code: 'HARNESS',
        failure: 'newer',
        message: expect.stringMatching(
          inOrder(`schema version ${newer}`, `knows ${schemaVersion()}`, 'left untouched'),
        ),
      }),
    );
  }
  expect(contents(reports)).toEqual(before);
});

test('the database of another program is refused and stays as it is', () => {
  const reports = folder();
  const db = new DatabaseSync(databaseOf(reports));
  db.exec('CREATE TABLE invoices (x)');
  db.close();
  const before = contents(reports);
  expect(() => openHistory({ file: databaseOf(reports) })).toThrow(
    expect.objectContaining({ failure: 'foreign' }),
  );
  expect(contents(reports)).toEqual(before);
});

const damage: [what: string, harm: (file: string) => void][] = [
  ['rubbish', (file) => writeFileSync(file, 'this is not what it was\n'.repeat(400))],
  ['one byte', (file) => writeFileSync(file, 'S')],
  ['cut in the middle', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ['cut inside the first page', (file) => truncateSync(file, 1000)],
  ['a wrong header', (file) => harmed(file, 0, Buffer.from('SQLite format 4\0'))],
  ['a zeroed middle', (file) => harmed(file, 8192, Buffer.alloc(40_000))],
  ['scribbles over pages', (file) => harmed(file, 20_000, Buffer.alloc(30_000, 0x5a))],
  ['an absurd page size', (file) => harmed(file, 16, Buffer.from([0x12, 0x34]))],
];

function harmed(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}

test.each(damage)('a damaged database (%s) is set aside as it is, and a new one begun', (_, harm) => {
  const reports = recorded();
  harm(databaseOf(reports));
  const before = readFileSync(databaseOf(reports));
  const history = opened(reports, { now });
  expect(history.warnings).toHaveLength(1);
  expect(history.warnings[0]).toContain(`kept as ${path.join(reports, aside)}, a new one is begun`);
  expect(readFileSync(path.join(reports, aside)).equals(before)).toBe(true);
  history.recordCycle(cycle(start));
  expect(countsOf(history).cycles).toBe(1);
});

test('what a killed process left beside a damaged database goes with it, unchanged', () => {
  const [reports, live] = [folder(), folder()];
  const history = opened(live);
  for (let index = 0; index < 40; index += 1) history.recordCycle(cycle(start + index));
  history.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  history.recordCycle(cycle(start - 1));
  for (const suffix of ['', '-wal']) copyFileSync(databaseOf(live) + suffix, databaseOf(reports) + suffix);
  harmed(databaseOf(reports), 20_000, Buffer.alloc(60_000, 0x5a));
  const before = contents(reports).map(([, content]) => content);
  expect(opened(reports, { now }).warnings).toHaveLength(1);
  const kept = contents(reports).filter(([name]) => name?.startsWith(aside));
  expect(kept.map(([, content]) => content)).toEqual(before);
});

test.each([
  ['gone', undefined],
  ['cut to nothing', ''],
])('a log whose database is %s is set aside, not deleted', (_, content) => {
  const reports = folder();
  if (content !== undefined) writeFileSync(databaseOf(reports), content);
  writeFileSync(`${databaseOf(reports)}-wal`, 'committed cycles');
  const { warnings } = opened(reports, { now });
  expect(warnings[0]).toContain('its log is there and the database is not');
  expect(readFileSync(path.join(reports, `${aside}-wal`), 'utf8')).toBe('committed cycles');
});

test('what was set aside is never overwritten, even within the same millisecond', () => {
  const reports = folder();
  for (const text of ['first', 'second', 'third']) {
    writeFileSync(databaseOf(reports), text);
    opened(reports, { now }).close();
  }
  const kept = ['', '-2', '-3'].map((suffix) => readFileSync(path.join(reports, aside + suffix), 'utf8'));
  expect(kept).toEqual(['first', 'second', 'third']);
});

test('an empty file is a history that was not begun', () => {
  const reports = folder();
  writeFileSync(databaseOf(reports), '');
  const history = opened(reports);
  history.recordCycle(cycle(start));
  expect(history.warnings).toEqual([]);
});

test('a reader never writes, and says what is wrong', () => {
  const reports = folder();
  const file = databaseOf(path.join(reports, 'sub'));
  expect(() => openHistoryReader({ file })).toThrow(expect.objectContaining({ failure: 'missing' }));
  expect(existsSync(path.dirname(file))).toBe(false);
  mkdirSync(path.dirname(file));
  writeFileSync(file, 'rubbish, and more of it, so that there is no doubt about it at all');
  expect(() => openHistoryReader({ file })).toThrow(expect.objectContaining({ failure: 'corrupt' }));
  writeFileSync(file, '');
  expect(() => openHistoryReader({ file })).toThrow(expect.objectContaining({ failure: 'older' }));
  expect(readdirSync(path.dirname(file))).toEqual(['vigil.sqlite']);
});

test('a reader sees what is committed while the writer goes on, and never a part of a cycle', () => {
  const reports = folder();
  const history = opened(reports);
  history.recordCycle(cycle(start));
  const reader = openHistoryReader({ file: databaseOf(reports) });
  history.transaction(() => {
    history.recordCycle(cycle(start + 1));
    expect(countsOf(reader)).toMatchObject({ cycles: 1, outcomes: 36 });
  });
  expect(countsOf(reader)).toMatchObject({ cycles: 2, outcomes: 72 });
  expect(() => (reader as typeof history).recordCycle(cycle(start))).toThrow(TypeError);
  reader.close();
});

test('two writers take turns, and one that waits too long says who it waits for', () => {
  const reports = folder();
  const [one, other] = [opened(reports), opened(reports)];
  one.recordCycle(cycle(start, { targetId: 'one' }));
  other.recordCycle(cycle(start + 1, { targetId: 'other' }));
  one.recordCycle(cycle(start + 2, { targetId: 'other' }));
  expect(other.snapshots(0).map(({ target }) => target)).toEqual(['one', 'other', 'other']);
  other.database.exec('PRAGMA busy_timeout = 50');
  one.transaction(() => {
    expect(() => other.recordCycle(cycle(start + 3))).toThrow(expect.objectContaining({ failure: 'busy' }));
  });
  other.recordCycle(cycle(start + 3));
});
