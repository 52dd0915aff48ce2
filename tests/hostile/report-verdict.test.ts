import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { openHistory, openHistoryReader } from '../../src/history/open-history.ts';
import { buildReport, reportOptions } from '../../src/views/report/document.ts';
import {
  hoursMs,
  minute,
  overridden,
  startMs,
  type WatchedHours,
  watchHours,
} from '../views/report/watched-hours.ts';

const hours = 1;
let watched: WatchedHours;
let copies = 0;
let endMs = 0;

beforeAll(async () => {
  watched = await watchHours(hours, { with: [] });
  endMs = watched.endMs;
  const { history } = watched;
  history.recordDeployment({ timeMs: startMs - minute, release: 'v2', who: 'ci' });
  history.saveState('sentinel', { state: 'received', atMs: endMs - 30 * minute, tookMs: 900 });
  history.database.prepare('UPDATE state SET time_ms = ?').run(endMs);
  history.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
});
afterAll(() => watched.remove());

/** The report on a copy of the history to which something was done. */
function reportOn(change: (database: DatabaseSync, history: History) => void) {
  copies += 1;
  const file = path.join(watched.folder, `copy-${copies}.sqlite`);
  copyFileSync(watched.history.file, file);
  const now = () => new Date(endMs);
  const history = openHistory({ file, now });
  change(history.database, history);
  history.close();
  const options = reportOptions(watched.config, endMs + 1000);
  const { passRate, uptime } = options.table;
  // What an hour can prove: that little evidence proves little is told elsewhere.
  const table = {
    ...options.table,
    passRate: { ...passRate, slo: { operator: '>=' as const, value: 0.75 } },
    uptime: { ...uptime, slo: { operator: '>=' as const, value: 0.9 } },
  };
  const reader = openHistoryReader({ file, now });
  try {
    return buildReport(reader, { ...options, table, lengthMs: hoursMs(hours) }).conclusion;
  } finally {
    reader.close();
  }
}

test('an hour without a fault pass, so that what follows is for its own reason', () => {
  expect(reportOn(() => {})).toMatchObject({ verdict: 'pass', failures: [], doubts: [] });
});

/** a check fails in a cycle and is gone, or skipped, in all that follow. */
function failsAndVanishes(database: DatabaseSync, rest: 'gone' | 'skipped'): void {
  const cycles = database.prepare('SELECT seq FROM cycles ORDER BY started_ms').all();
  for (const [index, { seq }] of cycles.entries()) {
    const of = 'WHERE cycle = ? AND position = 3';
    if (index < 4) continue;
    if (index < 5) database.prepare(`UPDATE outcomes SET outcome = 1 ${of}`).run(seq ?? null);
    else if (rest === 'gone') database.prepare(`DELETE FROM outcomes ${of}`).run(seq ?? null);
    else database.prepare(`UPDATE outcomes SET outcome = 3 ${of}`).run(seq ?? null);
  }
}

test.each<[string, (database: DatabaseSync, history: History) => void, RegExp]>([
  ['a failing check that was taken out', (database) => failsAndVanishes(database, 'gone'), /any more: H04/],
  [
    'a failing check that is skipped since',
    (database) => failsAndVanishes(database, 'skipped'),
    /any more: H04/,
  ],
  [
    'cycles in doubt, however green, before a good one',
    (database) =>
      database.exec(
        "UPDATE cycles SET verdict = 'inconclusive' WHERE seq < (SELECT max(seq) FROM cycles) - 3",
      ),
    /can’t be trusted/,
  ],
  [
    'cycles of the future',
    (_, history) => {
      const last = history.latestCycle();
      if (!last) throw new Error('no cycle');
      const startedMs = endMs + hoursMs(1);
      history.recordCycle({ ...last, id: 'future', verdict: 'fail', startedMs, slotMs: startedMs });
    },
    /1 entry is dated after/,
  ],
  [
    'a deployment of the future',
    (_, history) => history.recordDeployment({ timeMs: endMs + hoursMs(1), release: 'v9' }),
    /dated after/,
  ],
  [
    'rules judged in the future',
    (database) =>
      void database.prepare("UPDATE state SET time_ms = ? WHERE key = 'alerts'").run(endMs + hoursMs(1)),
    /dated after/,
  ],
  [
    'alerts that can’t be read',
    (database) => database.exec("UPDATE state SET json = '{' WHERE key = 'alerts'"),
    /rules were never judged/,
  ],
  [
    'a sentinel of long ago',
    (_, history) =>
      history.saveState('sentinel', { state: 'received', atMs: startMs - hoursMs(3), tookMs: 9 }),
    /no sentinel has arrived for long/,
  ],
  [
    'a sentinel of the future',
    (_, history) => history.saveState('sentinel', { state: 'received', atMs: endMs + hoursMs(1), tookMs: 9 }),
    /dated after/,
  ],
  [
    'only skipped checks',
    (database) =>
      database.exec(
        'UPDATE outcomes SET outcome = 3; UPDATE cycles SET skipped = passed, passed = 0, executed = 0',
      ),
    /pass rate is unknown/,
  ],
  ['no schedule', (database) => database.exec('DELETE FROM grids'), /no slot came due/],
])('%s: nothing may be concluded', (_, change, why) => {
  const { verdict, doubts } = reportOn(change);
  expect(verdict).toBe('inconclusive');
  expect(doubts.join('\n')).toMatch(why);
});

test('a sentinel that can’t be read is no error of the report: it is told that nothing is known', () => {
  const { cautions } = reportOn((database) =>
    database.exec("UPDATE state SET json = '{' WHERE key = 'sentinel'"),
  );
  expect(cautions.join('\n')).toContain('no sentinel travelled the alert path');
});

test('an override changes what was let through, and no verdict', () => {
  const { verdict, cautions } = reportOn((_, history) => history.recordDecision(overridden));
  expect(verdict).toBe('pass');
  expect(cautions.join('\n')).toContain('the gate’s fail to 50 % was overridden by lena');
});
