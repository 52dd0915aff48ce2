import { closeSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createOutboxTables } from '../../src/alerts/notify/outbox-tables.ts';
import { type LastingHistory, openLastingHistory } from '../../src/history/lasting-history.ts';
import { cycle, start } from './cycle.ts';
import { databaseOf, folder, single } from './folder.ts';

interface Opened {
  history: LastingHistory;
  reports: string;
  file: string;
  warnings: string[];
  renewed: () => number;
}

function open(): Opened {
  const reports = folder();
  const warnings: string[] = [];
  let renewed = 0;
  const file = databaseOf(reports);
  const history = openLastingHistory({
    file,
    onWarning: (text) => warnings.push(text),
    onRenewed: () => {
      renewed += 1;
    },
  });
  onTestFinished(() => history.close());
  return { history, reports, file, warnings, renewed: () => renewed };
}

/** Overwrites pages in place, as a failing disk does: the file stays the same file. */
function scribble(file: string, fromPage: number, pages: number): void {
  const descriptor = openSync(file, 'r+');
  for (let page = fromPage; page < fromPage + pages; page += 1)
    writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
  closeSync(descriptor);
}

const rootPage = (history: LastingHistory, table: string) =>
  Number(single(history, `SELECT rootpage FROM sqlite_schema WHERE name = '${table}'`));

/** Everything in the file itself and nothing in the log, so that scribbling meets it. */
const checkpoint = (history: LastingHistory) => history.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');

test('damage that comes while it is open is found by looking, set aside, and everything goes on in a new one', async () => {
  const { history, reports, file, warnings, renewed } = open();
  for (let index = 0; index < 60; index += 1) history.recordCycle(cycle(start + index));
  expect(await history.check()).toBe(false);
  checkpoint(history);
  scribble(file, rootPage(history, 'measurements') - 1, 1);
  expect(await history.check()).toBe(true);
  expect(renewed()).toBe(1);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/damaged .*; kept as .*new one.*; taken over/);
  history.recordCycle(cycle(start + 99));
  expect(history.latestCycle()?.startedMs).toBe(start + 99);
  expect(single(history, 'PRAGMA integrity_check')).toBe('ok');
  expect(await history.check()).toBe(false);
  const aside = readdirSync(reports).filter((name) => name.includes('corrupt'));
  expect(aside.some((name) => statSync(`${reports}/${name}`).size > 100_000)).toBe(true);
});

test('a question that meets the damage fails, and when it is made anew the next one is answered', async () => {
  const { history, file, renewed } = open();
  for (let index = 0; index < 60; index += 1) history.recordCycle(cycle(start + index));
  checkpoint(history);
  scribble(file, rootPage(history, 'cycles') - 1, 1);
  // What is in memory may hide it for a while; a connection that never saw the page meets it at once.
  history.database.exec('PRAGMA shrink_memory');
  let failed = 0;
  for (let attempt = 0; attempt < 3 && renewed() === 0; attempt += 1) {
    try {
      history.transaction(() => history.recordCycle(cycle(start + 100 + attempt)));
    } catch {
      failed += 1;
      // Whoever asks while it is made anew is told so at once, and held up by nothing.
      expect(() => history.snapshots(0)).toThrow(expect.objectContaining({ failure: 'busy' }));
      await history.check(false);
    }
  }
  await history.check();
  expect(renewed()).toBe(1);
  expect(failed).toBeLessThanOrEqual(1);
  history.recordCycle(cycle(start + 200));
  expect(history.latestCycle()?.startedMs).toBe(start + 200);
});

test('what people declared, what waits to be told and the slots are taken over; a slot whose cycle is lost is a gap', async () => {
  const { history, file, warnings } = open();
  createOutboxTables(history.database);
  for (let index = 0; index < 60; index += 1) history.recordCycle(cycle(start + index * 300_000));
  history.beginGrid({ startMs: start, intervalMs: 300_000 });
  const window = { id: 'w', reason: 'reboot', fromMs: start, toMs: start + 60_000, matchers: [] };
  history.saveMaintenance(window);
  history.saveBaseline([{ check: 'H01', fingerprint: 'f', timeMs: start }]);
  history.database
    .prepare(
      "INSERT INTO outbox (channel, stream, idempotency_key, rank, event, enqueued_ms, next_attempt_ms) VALUES ('pager', 's', 'k', 0, '{}', 1, 1)",
    )
    .run();
  checkpoint(history);
  scribble(file, rootPage(history, 'outcomes') - 1, 1);
  expect(await history.check()).toBe(true);
  expect(history.maintenance(start, start)).toEqual([window]);
  expect(history.baseline()).toMatchObject([{ check: 'H01' }]);
  expect(single(history, "SELECT count(*) FROM outbox WHERE status = 'pending'")).toBe(1);
  expect(history.coverage(start, start + 60 * 300_000)).toMatchObject({ observed: 0, missed: 60 });
  expect(warnings[0]).toContain('60 of slots');
});

test('slots of which only a part can be read are not taken over: nobody calls the others missed', async () => {
  const { history, file, warnings } = open();
  const slots = Array.from({ length: 2000 }, (_, index) => ({
    slotMs: start + index,
    reason: 'overrun' as const,
  }));
  history.recordMissed(slots);
  history.beginGrid({ startMs: start, intervalMs: 1 });
  checkpoint(history);
  const leaf = Number(
    single(history, "SELECT max(pageno) FROM dbstat WHERE name = 'slots' AND pagetype = 'leaf'"),
  );
  scribble(file, leaf - 1, 1);
  expect(await history.check()).toBe(true);
  expect(history.grids()).toEqual([]);
  expect(single(history, 'SELECT count(*) FROM slots')).toBe(0);
  expect(warnings[0]).toContain('not wholly readable: slots');
});

test('a file that was taken away is noticed, and the watch is not left writing into nowhere', async () => {
  const { history, file, warnings, renewed } = open();
  history.recordCycle(cycle(start));
  expect(await history.check(false)).toBe(false);
  renameSync(file, `${file}.away`);
  expect(await history.check(false)).toBe(true);
  expect(renewed()).toBe(1);
  expect(warnings[0]).toContain('was taken away or replaced');
  history.recordCycle(cycle(start + 1));
  const reader = new DatabaseSync(file, { readOnly: true });
  expect(reader.prepare('SELECT count(*) AS n FROM cycles').get()).toEqual({ n: 1 });
  reader.close();
  rmSync(`${file}.away`);
});
