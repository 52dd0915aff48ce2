// @module-tag root

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { HistoryError } from '../../src/history/history-error.ts';
import { openHistory, openHistoryReader } from '../../src/history/open-history.ts';
import { fillDisk, smallDisk } from '../support/small-disk.ts';
import { countsOf } from './counts.ts';
import { cycle, start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';

const disk = (kibibytes: number): string => smallDisk(path.join(folder(), 'disk'), kibibytes);

function failureOf(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(HistoryError);
    return (thrown as HistoryError).failure;
  }
  return undefined;
}

test('a full disk costs the cycles that come then, never a part of one, and once there is room it goes on', () => {
  const reports = disk(2048);
  const history = opened(reports);
  let recorded = 0;
  let failure: unknown;
  while (failure === undefined && recorded < 2000) {
    failure = failureOf(() => history.recordCycle(cycle(start + recorded)));
    if (failure === undefined) recorded += 1;
  }
  expect(failure).toBe('full');
  for (let again = 0; again < 5; again += 1) {
    expect(failureOf(() => history.recordCycle(cycle(start - 1 - again)))).toBe('full');
    failureOf(() => history.saveState('alerts', again));
    failureOf(() => history.prune());
  }
  expect(countsOf(history)).toMatchObject({ cycles: recorded, outcomes: 36 * recorded });
  expect(single(history, 'PRAGMA integrity_check')).toBe('ok');
  expect(single(history, 'SELECT count(*) FROM outcomes')).toBe(36 * recorded);

  execFileSync('mount', ['-o', 'remount,size=8m', reports]);
  history.recordCycle(cycle(start + recorded));
  history.close();
  const later = opened(reports);
  expect(later.warnings).toEqual([]);
  expect(countsOf(later)).toMatchObject({ cycles: recorded + 1, observedSlots: recorded + 1 });
});

test('a transaction in which the disk filled up is kept whole or not at all, whatever its caller swallows', () => {
  const reports = disk(1024);
  const history = opened(reports);
  const swallow = () =>
    history.transaction(() => {
      history.saveState('first', 1);
      for (let index = 0; index < 400; index += 1) {
        if (failureOf(() => history.recordCycle(cycle(start + index))) !== undefined) break;
      }
      failureOf(() => history.saveState('last', 1));
    });
  const failure = failureOf(swallow);
  expect(history.loadState('first', z.unknown())).toEqual(failure === undefined ? 1 : undefined);
  if (failure !== undefined)
    expect([history.loadState('last', z.unknown()), countsOf(history).cycles]).toEqual([undefined, 0]);
  expect(single(history, 'SELECT count(*) FROM outcomes')).toBe(36 * countsOf(history).cycles);
  execFileSync('mount', ['-o', 'remount,size=8m', reports]);
  history.recordCycle(cycle(start + 1000));
  expect(history.latestCycle()?.startedMs).toBe(start + 1000);
});

test('a disk that is full from the start is said, and nothing is taken for damage', () => {
  const reports = disk(64);
  writeFileSync(path.join(reports, 'filler'), Buffer.alloc(60 * 1024));
  expect(failureOf(() => openHistory({ file: databaseOf(reports) }))).toBe('full');
  rmSync(path.join(reports, 'filler'));
  execFileSync('mount', ['-o', 'remount,size=8m', reports]);
  const history = opened(reports);
  history.recordCycle(cycle(start));
  expect([history.warnings, countsOf(history).cycles]).toEqual([[], 1]);
});

test('a disk that filled up since is said by its folder, to who writes and to who only asks', () => {
  const reports = disk(2048);
  const history = opened(reports);
  history.recordCycle(cycle(start));
  history.close();
  const filler = fillDisk(reports);
  for (const open of [openHistory, openHistoryReader]) {
    const attempt = () => open({ file: databaseOf(reports) });
    expect(failureOf(attempt)).toBe('full');
    expect(attempt).toThrow(`the disk that holds ${reports} is full`);
  }
  rmSync(filler);
  expect(countsOf(opened(reports)).cycles).toBe(1);
});

test('a disk that became read-only is said, and what is on it stays readable', () => {
  const reports = disk(8192);
  const history = opened(reports);
  history.recordCycle(cycle(start));
  history.close();
  const before = readFileSync(databaseOf(reports));
  execFileSync('mount', ['-o', 'remount,ro', reports]);
  const warnings: string[] = [];
  const open = () => openHistory({ file: databaseOf(reports), onWarning: (text) => warnings.push(text) });
  expect(failureOf(open)).toBe('read-only');
  const beside = () => openHistory({ file: databaseOf(path.join(reports, 'new')) });
  expect(failureOf(beside)).toMatch(/read-only|io/); // Node says ENOENT for some folders that can't be made
  expect(warnings).toEqual([]);
  expect(readFileSync(databaseOf(reports)).equals(before)).toBe(true);
});
