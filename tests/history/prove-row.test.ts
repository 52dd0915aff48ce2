import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeProcessLock } from '../../src/core/files/process-lock.ts';
import { loopLockFile } from '../../src/history/history-file.ts';
import { proveRow } from '../../src/history/prove-row.ts';
import { cycle, start } from './cycle.ts';
import { databaseOf, folder, opened } from './folder.ts';

const now = new Date(start);
const value = { cycle: 'c1' };

test('where nothing was recorded the row is in a database of its own, and nothing is left of it', () => {
  const reports = path.join(folder(), 'reports');
  expect(proveRow(reports, value, now)).toEqual(value);
  expect(readdirSync(reports)).toEqual([]);
});

test('beside evidence the row is in its database, the same one each time', () => {
  const reports = folder();
  const history = opened(reports);
  history.recordCycle(cycle(start));
  for (const cycleId of ['c1', 'c2']) proveRow(reports, { cycle: cycleId }, now);
  expect(history.query('SELECT json FROM state')).toEqual([{ json: '{"cycle":"c2"}' }]);
});

test('beside a running loop its database is left alone', () => {
  const reports = folder();
  const history = opened(reports);
  const lock = takeProcessLock(loopLockFile(reports), now, {
    held: () => 'held',
    hint: () => '',
  });
  expect(proveRow(reports, value, now)).toEqual(value);
  lock.release();
  expect(history.query('SELECT json FROM state')).toEqual([]);
  expect(readdirSync(reports).filter((name) => name.startsWith('.row'))).toEqual([]);
});

test('beside a loop that has run for long its newest row must be young', () => {
  const reports = folder();
  const history = opened(reports);
  const minute = 60_000;
  const since = new Date(start - 30 * minute);
  const lock = takeProcessLock(loopLockFile(reports), since, { held: () => 'held', hint: () => '' });
  onTestFinished(() => lock.release());
  const prove = () => proveRow(reports, value, now, 10 * minute);
  expect(prove).toThrow(/has written no row at all/);
  const up = { series: { name: 'up', labels: { job: 'api' } }, value: 1 };
  history.recordSamples(start - 20 * minute, [up], 'api');
  expect(prove).toThrow(/has written no row for 20m/);
  history.recordSamples(start - minute, [up], 'api');
  expect(prove()).toEqual(value);
});

test('a damaged history is told, and stays as it is', () => {
  const reports = folder();
  const history = opened(reports);
  for (let index = 0; index < 40; index += 1) history.recordCycle(cycle(start + index));
  history.close();
  truncateSync(databaseOf(reports), 8192);
  const before = readFileSync(databaseOf(reports));
  expect(() => proveRow(reports, value, now)).toThrow(expect.objectContaining({ failure: 'corrupt' }));
  expect(readFileSync(databaseOf(reports)).equals(before)).toBe(true);
});

test('a folder that can’t be is told with the reason of the system', () => {
  const file = path.join(folder(), 'no-folder');
  writeFileSync(file, '');
  expect(() => proveRow(path.join(file, 'reports'), value, now)).toThrow(/ENOTDIR/);
});
