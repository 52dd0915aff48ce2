import { expect, test } from 'vitest';
import { createDispatcher } from '../../../src/alerts/notify/dispatcher.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { openSpareOutbox } from '../../../src/alerts/notify/spare-outbox.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { HistoryError } from '../../../src/history/history-error.ts';
import { openEvaluator } from '../../../src/monitor/loop/evaluator.ts';
import { followRecording } from '../../../src/monitor/loop/recording.ts';
import type { Outcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { type Heard, hearing } from '../../alerts/notify/support.ts';
import { folder, opened } from '../../history/folder.ts';
import { outcomeOf } from '../../suite/outcomes/outcome-of.ts';
import { plainOptions } from './evaluator-options.ts';

const minute = 60_000;
const redactor = createRedactor();

/** A watch with its history, its channel, and a clock that the test sets. */
function open() {
  const reports = folder();
  const history = opened(reports);
  createOutboxTables(history.database);
  let nowMs = Date.UTC(2026, 0, 5);
  const now = () => nowMs;
  const outbox = openSpareOutbox(() => history.database);
  const recording = followRecording(history.file, { now, monotonic: now });
  const heard: Heard[] = [];
  let isAway = false;
  const channel = hearing(heard, () => (isAway ? { result: 'retry', reason: 'away' } : { result: 'sent' }), {
    name: 'pager',
  });
  const dispatcher = createDispatcher({
    database: outbox.database,
    channels: [channel],
    redactor,
    now,
    monotonic: now,
    random: () => 0,
  });
  const evaluator = openEvaluator({
    history,
    outbox,
    recording,
    ...plainOptions,
    // A check that fails calls for a rollback as well, which is another matter.
    route: (event) => (event.kind === 'alert' && event.alertname === 'RollbackRequired' ? [] : ['pager']),
    redactor,
  });
  return {
    folder: reports,
    recording,
    /** What was told, each once however often it was tried. */
    told: () =>
      [...new Map(heard.map(({ key, event }) => [key, event])).values()].map((event) =>
        event.kind === 'alert' ? `${event.state} ${event.labels.check ?? event.alertname}` : event.kind,
      ),
    heard,
    setAway(is: boolean) {
      isAway = is;
    },
    /** As the file system does under it: from then on every write is refused. */
    setWritable(is: boolean) {
      history.database.exec(`PRAGMA query_only = ${is ? 'OFF' : 'ON'}`);
    },
    /** One evaluation a minute, each after a cycle of one check, and what it tells is sent. */
    async pass(minutes: number, outcome: Outcome) {
      for (let left = minutes; left > 0; left -= 1) {
        await evaluator.evaluateInTurns(nowMs, [{ ...outcomeOf('H01', outcome), reason: 'it broke' }]);
        await dispatcher.tick();
        nowMs += minute;
      }
    },
    rows: () =>
      history.database
        .prepare('SELECT event, status FROM outbox ORDER BY id')
        .all()
        .map(({ event, status }) => `${JSON.parse(String(event)).alertname} ${status}`),
    /** What the journal says of the two alerts that matter here. */
    journal: () =>
      history
        .transitions(0, Number.MAX_SAFE_INTEGER)
        .map(({ alert, to }) => `${alert} ${to}`)
        .filter((line) => /^(WatchNotRecording|HealthCheckFailed) (firing|resolved)/.test(line)),
    sleep(ms: number) {
      nowMs += ms;
    },
  };
}

test('what begins while nothing can be written is told once, and is in the journal and the outbox afterwards', async () => {
  const { recording, told, heard, setWritable, pass, rows, journal, folder: reports } = open();
  await pass(2, 'pass');
  setWritable(false);
  await pass(4, 'fail');
  expect(told()).toEqual(['firing WatchNotRecording', 'firing H01']);
  expect(recording.trouble()).toMatchObject({ failure: 'read-only', folder: reports });
  expect(heard[0]?.event).toMatchObject({
    severity: 'critical',
    annotations: { summary: expect.stringContaining(reports) },
  });
  setWritable(true);
  expect(journal()).toEqual([]);
  await pass(3, 'fail');
  expect(recording.trouble()).toBeUndefined();
  expect(told()).toEqual(['firing WatchNotRecording', 'firing H01', 'resolved WatchNotRecording']);
  expect(heard).toHaveLength(3);
  expect(rows()).toEqual(['WatchNotRecording sent', 'HealthCheckFailed sent', 'WatchNotRecording sent']);
  expect(journal()).toEqual([
    'HealthCheckFailed firing',
    'WatchNotRecording firing',
    'WatchNotRecording resolved',
  ]);
});

test('what a channel did not take meanwhile is tried again, also from the outbox once that can be written', async () => {
  const { told, setWritable, setAway, pass, rows } = open();
  setWritable(false);
  setAway(true);
  await pass(3, 'pass');
  expect(told()).toEqual([]);
  setWritable(true);
  await pass(1, 'pass');
  expect(rows()).toEqual(['WatchNotRecording pending']);
  setAway(false);
  await pass(3, 'pass');
  expect(told()).toContain('resolved WatchNotRecording');
  expect(rows()).not.toContain('WatchNotRecording pending');
});

test('what waits in the outbox when it can no longer be written goes out all the same', async () => {
  const { told, setWritable, setAway, pass } = open();
  setAway(true);
  await pass(3, 'fail');
  setWritable(false);
  setAway(false);
  await pass(2, 'fail');
  expect(told()).toEqual(expect.arrayContaining(['firing H01', 'firing WatchNotRecording']));
});

test('another process that holds the database for moments is no trouble, one that goes on holding it is', () => {
  const { recording, sleep } = open();
  const busy = new HistoryError('busy', 'locked by another process', 'vigil.sqlite');
  expect(recording.failed(busy)).toBe(false);
  recording.succeeded();
  sleep(minute);
  expect(recording.failed(busy)).toBe(false);
  sleep(minute);
  expect(recording.failed(busy)).toBe(true);
  expect(recording.failed(new TypeError('a mistake'))).toBe(false);
  // A write that goes through at once after one that did not proves little.
  recording.succeeded();
  expect(recording.trouble()).toBeDefined();
  sleep(minute);
  recording.succeeded();
  expect(recording.trouble()).toBeUndefined();
});
