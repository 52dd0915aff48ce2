import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { defaultBackoff } from '../../../src/alerts/notify/backoff.ts';
import { enqueue } from '../../../src/alerts/notify/enqueue.ts';
import type { NotificationEvent } from '../../../src/alerts/notify/event.ts';
import { createOutboxTables, pruneOutbox } from '../../../src/alerts/notify/outbox-tables.ts';
import { settlementOf } from '../../../src/alerts/notify/settlement.ts';
import { collapseOf } from '../../../src/alerts/notify/supersede.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import {
  alert,
  database,
  dispatching,
  type Heard,
  hearing,
  minute,
  resolved,
  second,
  start,
} from './support.ts';

const options = { route: () => ['ear'], redactor: createRedactor(), nowMs: start };

test('the tables can be made again and again', () => {
  const db = new DatabaseSync(':memory:');
  createOutboxTables(db);
  enqueue(db, [alert()], options);
  createOutboxTables(db);
  expect(db.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 1 });
});

test('what is queued in a transaction that is rolled back was never queued', () => {
  const db = database();
  db.exec('BEGIN');
  expect(enqueue(db, [alert()], options)).toBe(1);
  db.exec('ROLLBACK');
  expect(db.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 0 });
});

test('an event that is queued again makes no second row, another occurrence does', () => {
  const db = database();
  const later = new Date(start + minute).toISOString();
  expect(enqueue(db, [alert(), alert()], options)).toBe(1);
  expect(enqueue(db, [alert()], options)).toBe(0);
  expect(enqueue(db, [alert({ startsAt: later })], options)).toBe(1);
  expect(enqueue(db, [alert({ reminder: 1 }), alert({ priority: 'P0' })], options)).toBe(2);
  expect(enqueue(db, [resolved(alert(), start)], options)).toBe(1);
  expect(enqueue(db, [alert({ acknowledgedBy: 'ada' })], options)).toBe(1);
});

test('what is sent is settled with its attempts, and not sent again', async () => {
  const heard: Heard[] = [];
  const { queue, dispatcher, db } = dispatching([
    hearing(heard, (_event, attempt) =>
      attempt < 3 ? { result: 'retry', reason: 'HTTP 500: no' } : { result: 'sent' },
    ),
  ]);
  queue(alert());
  await dispatcher.tick();
  expect(dispatcher.pending()).toBe(1);
  expect(db.prepare('SELECT attempts, next_attempt_ms - enqueued_ms AS wait FROM outbox').get()).toEqual({
    attempts: 1,
    wait: 500,
  });
});

test('the wait doubles with full jitter up to its cap, and Retry-After is the least', async () => {
  const waits: number[] = [];
  const { queue, dispatcher, db, clock } = dispatching(
    [
      hearing([], (_event, attempt) => ({
        result: 'retry',
        reason: 'no',
        ...(attempt === 8 && { retryAfterMs: 40 * minute }),
      })),
    ],
    { random: () => 0.5 },
  );
  queue(alert());
  for (let attempt = 0; attempt < 12; attempt += 1) {
    await dispatcher.tick();
    const row = db.prepare('SELECT next_attempt_ms AS at FROM outbox').get() as { at: number };
    waits.push((row.at - clock.ms) / second);
    clock.ms = row.at;
  }
  expect(waits).toEqual([0.5, 1, 2, 4, 8, 15, 15, 300, 15, 15, 15, 15]);
});

test('a failing alert holds up its own events and nobody else’s', async () => {
  const heard: Heard[] = [];
  let broken = true;
  const { queue, dispatcher, run, clock } = dispatching([
    hearing(heard, (event) =>
      broken && event.kind === 'alert' && event.alertname === 'A'
        ? { result: 'retry', reason: 'HTTP 500' }
        : { result: 'sent' },
    ),
  ]);
  const [a, b] = [alert({ alertname: 'A' }), alert({ alertname: 'B' })];
  queue(a, resolved(a, start), b, resolved(b, start));
  await dispatcher.tick();
  const names = () =>
    heard.map(({ event }) => (event.kind === 'alert' ? `${event.alertname} ${event.state}` : ''));
  expect(names()).toEqual(['B firing', 'B resolved']);
  broken = false;
  await run(clock.ms + minute);
  expect(names()).toEqual(['B firing', 'B resolved', 'A firing', 'A resolved']);
});

test('what is refused for good is recorded with its reason and skipped', async () => {
  const heard: Heard[] = [];
  const { queue, dispatcher, db } = dispatching([
    hearing(heard, (event) =>
      event.kind === 'alert' && event.state === 'firing'
        ? { result: 'drop', reason: 'HTTP 400: bad' }
        : { result: 'sent' },
    ),
  ]);
  queue(alert(), resolved(alert(), start));
  await dispatcher.tick();
  expect(db.prepare('SELECT status, reason, attempts FROM outbox ORDER BY id').all()).toEqual([
    { status: 'dropped', reason: 'HTTP 400: bad', attempts: 1 },
    { status: 'sent', reason: null, attempts: 1 },
  ]);
  expect(db.prepare('SELECT result, detail FROM outbox_attempts ORDER BY id').all()).toEqual([
    { result: 'drop', detail: 'HTTP 400: bad' },
    { result: 'sent', detail: null },
  ]);
  expect(dispatcher.statistics().ear).toMatchObject({ sent: 1, dropped: 1 });
});

test('a receiver that nobody understands is asked on, a broken channel too', async () => {
  const { queue, run, db } = dispatching([
    hearing([], () => ({ result: 'retry', reason: 'HTTP 200: <html>' }), { name: 'odd' }),
    hearing(
      [],
      () => {
        throw new TypeError('a mistake of ours');
      },
      { name: 'broken' },
    ),
  ]);
  queue(alert());
  await run(start + 120 * minute, minute);
  expect(db.prepare('SELECT status, attempts, reason FROM outbox ORDER BY channel').all()).toEqual([
    { status: 'pending', attempts: 121, reason: 'a mistake of ours' },
    { status: 'pending', attempts: 121, reason: 'HTTP 200: <html>' },
  ]);
});

test('an event that has failed for longer than its time is given up', async () => {
  const { queue, run, db } = dispatching([hearing([], () => ({ result: 'retry', reason: 'refused' }))], {
    maxAgeMs: 30 * minute,
  });
  queue(alert());
  await run(start + 120 * minute, minute);
  expect(db.prepare('SELECT status, reason FROM outbox').get()).toEqual({
    status: 'dropped',
    reason: 'given up, too old: refused',
  });
});

test('a clock that jumps by 70 days and back gives no event up: only time in which it was seen failing counts', async () => {
  const heard: Heard[] = [];
  let down = true;
  const { queue, run, db, clock, dispatcher } = dispatching(
    [hearing(heard, () => (down ? { result: 'retry', reason: 'refused' } : { result: 'sent' }))],
    { maxAgeMs: 30 * minute },
  );
  queue(alert());
  await run(start + 10 * minute, minute);
  const jumpMs = 70 * 24 * 60 * minute;
  clock.ms += jumpMs;
  clock.setMs += jumpMs;
  await dispatcher.tick();
  clock.ms -= jumpMs;
  clock.setMs -= jumpMs;
  await run(start + 20 * minute, minute);
  expect(db.prepare('SELECT status FROM outbox').get()).toEqual({ status: 'pending' });
  down = false;
  await run(start + 40 * minute, minute);
  expect(heard).toHaveLength(1);
});

test('how long an event was seen failing outlives a restart, and the time between the two does not count', async () => {
  const failing = () => hearing([], () => ({ result: 'retry', reason: 'refused' }));
  const first = dispatching([failing()], { maxAgeMs: 30 * minute });
  first.queue(alert());
  await first.run(start + 20 * minute, minute);
  await first.dispatcher.stop();
  const second = dispatching([failing()], { maxAgeMs: 30 * minute, db: first.db });
  second.clock.ms = start + 24 * 60 * minute;
  await second.run(start + 24 * 60 * minute + 5 * minute, minute);
  expect(first.db.prepare('SELECT status FROM outbox').get()).toEqual({ status: 'pending' });
  await second.run(start + 24 * 60 * minute + 20 * minute, minute);
  expect(first.db.prepare('SELECT status, reason FROM outbox').get()).toEqual({
    status: 'dropped',
    reason: 'given up, too old: refused',
  });
});

test('reminders that wait collapse; firing, acknowledgement, priority and resolution never do', async () => {
  const heard: Heard[] = [];
  let down = true;
  const { queue, dispatcher, run, clock } = dispatching([
    hearing(heard, () => (down ? { result: 'retry', reason: 'down' } : { result: 'sent' })),
  ]);
  const first = alert();
  const second_ = alert({ startsAt: new Date(start + minute).toISOString() });
  queue(
    first,
    alert({ reminder: 1 }),
    alert({ acknowledgedBy: 'ada' }),
    alert({ reminder: 2 }),
    alert({ reminder: 3 }),
    resolved(first, start + minute),
    second_,
    { ...second_, priority: 'P0' },
    { ...second_, reminder: 1 },
  );
  await dispatcher.tick();
  down = false;
  await run(clock.ms + minute);
  expect(
    heard.map(({ event }) =>
      event.kind === 'alert'
        ? [event.state, event.reminder ?? 0, event.acknowledgedBy ?? '', event.priority].join(' ').trim()
        : '',
    ),
  ).toEqual([
    'firing 0  P1',
    'firing 0 ada P1',
    'resolved 0  P1',
    'firing 0  P1',
    'firing 0  P0',
    'firing 1  P1',
  ]);
  expect(dispatcher.statistics().ear).toMatchObject({ superseded: 3, pending: 0 });
});

test('a reminder is needless only behind something newer of the same occurrence', () => {
  const reminder = { id: 1, event: alert({ reminder: 1 }) };
  const needless = (event: NotificationEvent) => collapseOf([reminder, { id: 2, event }]);
  expect(needless(alert({ reminder: 2 }))).toEqual([{ id: 1, by: 2 }]);
  expect(needless(resolved(alert(), start))).toEqual([{ id: 1, by: 2 }]);
  expect(needless(alert({ startsAt: new Date(start + minute).toISOString() }))).toEqual([]);
  expect(needless(alert({ acknowledgedBy: 'ada' }))).toEqual([]);
  expect(needless(alert({ priority: 'P0', reminder: 2 }))).toEqual([]);
});

test('nothing is delivered while a receiver is told again, so that old never comes after new', async () => {
  const told: string[] = [];
  let release = () => {};
  const { queue, dispatcher, clock } = dispatching([
    hearing(
      [],
      (event) => {
        told.push(event.kind === 'alert' ? event.state : '');
        return { result: 'sent' };
      },
      {
        resend: {
          everyMs: minute,
          resolvedForMs: minute,
          deliver: async () => {
            await new Promise<void>((resolve) => {
              release = resolve;
            });
            told.push('again');
            return { result: 'sent' };
          },
        },
      },
    ),
  ]);
  queue(alert());
  await dispatcher.tick();
  clock.ms += minute;
  queue(resolved(alert(), clock.ms));
  const first = dispatcher.tick();
  const second_ = dispatcher.tick();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toEqual(['firing']);
  release();
  await Promise.all([first, second_]);
  expect(told).toEqual(['firing', 'again', 'resolved']);
});

test('the most urgent goes first when much waits', async () => {
  const heard: Heard[] = [];
  const { queue, run } = dispatching([hearing(heard, undefined, { concurrency: 1, minIntervalMs: second })]);
  for (const priority of ['P4', 'P2', 'P0', 'P1'] as const) queue(alert({ priority, alertname: priority }));
  await run(start + minute, 100);
  expect(heard.map(({ event }) => event.kind === 'alert' && event.priority)).toEqual([
    'P0',
    'P1',
    'P2',
    'P4',
  ]);
  const gaps = heard.slice(1).map(({ atMs }, index) => atMs - (heard[index]?.atMs ?? 0));
  expect(gaps).toEqual([second, second, second]);
});

test('a channel with a space between the events of an alert keeps it, for other alerts it does not matter', async () => {
  const heard: Heard[] = [];
  const { queue, run, clock } = dispatching([hearing(heard, undefined, { spacingMs: minute })]);
  queue(alert());
  await run(start + second);
  const sentMs = clock.ms;
  queue(resolved(alert(), sentMs), alert({ alertname: 'Other' }));
  await run(start + 5 * minute);
  expect(heard.map(({ atMs }) => atMs - start)).toEqual([0, sentMs - start, minute]);
});

test('a heartbeat that waited too long is not told as if it were now', async () => {
  const heard: Heard[] = [];
  let down = true;
  const { queue, clock, dispatcher, run } = dispatching([
    hearing(heard, () => (down ? { result: 'retry', reason: 'down' } : { result: 'sent' })),
  ]);
  const beat = (id: string, atMs: number) =>
    ({ kind: 'heartbeat', state: 'success', id, at: new Date(atMs).toISOString() }) as const;
  queue(beat('1', start));
  await dispatcher.tick();
  down = false;
  clock.ms = start + 10 * minute;
  await dispatcher.tick();
  queue(beat('2', clock.ms), beat('3', clock.ms));
  await run(clock.ms + minute);
  expect(heard.map(({ event }) => event.kind === 'heartbeat' && event.id)).toEqual(['3']);
});

test('a clock that is set back by a day holds nothing up', async () => {
  const heard: Heard[] = [];
  const { queue, clock, run } = dispatching([
    hearing(heard, (_event, attempt) =>
      attempt === 1 ? { result: 'retry', reason: 'once' } : { result: 'sent' },
    ),
  ]);
  queue(alert());
  await run(clock.ms);
  clock.ms -= 1440 * minute;
  await run(clock.ms + second);
  expect(heard).toHaveLength(1);
});

test('a damaged row is given up and the next one goes', async () => {
  const heard: Heard[] = [];
  const { queue, db, dispatcher } = dispatching([hearing(heard)]);
  queue(alert(), resolved(alert(), start));
  db.exec(`UPDATE outbox SET event = '{"kind' WHERE id = 1`);
  await dispatcher.tick();
  expect(heard).toHaveLength(1);
  expect(db.prepare('SELECT reason FROM outbox WHERE id = 1').get()).toEqual({
    reason: 'the event in the outbox is damaged',
  });
});

test('while the database can’t be written nothing is told twice, and it is said once', async () => {
  const heard: Heard[] = [];
  const { queue, db, dispatcher, errors } = dispatching([hearing(heard)]);
  queue(alert(), alert({ alertname: 'Other' }));
  db.exec(`CREATE TRIGGER full BEFORE UPDATE ON outbox BEGIN SELECT raise(ABORT, 'disk full'); END`);
  for (let tick = 0; tick < 5; tick += 1) await dispatcher.tick();
  const told = heard.length;
  expect(told).toBeLessThanOrEqual(2);
  expect(errors).toEqual(["ear: the outbox can't be used: disk full"]);
  db.exec('DROP TRIGGER full');
  await dispatcher.tick();
  expect(heard.map(({ key }) => key)).toHaveLength(new Set(heard.map(({ key }) => key)).size);
  expect(heard).toHaveLength(2);
  expect(dispatcher.pending()).toBe(0);
});

test('old settled events go with their attempts, waiting ones stay', async () => {
  const { queue, db, dispatcher } = dispatching([
    hearing([], (event) =>
      event.kind === 'alert' && event.alertname === 'A'
        ? { result: 'retry', reason: 'no' }
        : { result: 'sent' },
    ),
  ]);
  queue(alert({ alertname: 'A' }), alert({ alertname: 'B' }));
  await dispatcher.tick();
  const [{ lastRow }] = db.prepare('SELECT max(id) AS lastRow FROM outbox').all() as [{ lastRow: number }];
  expect(pruneOutbox(db, { beforeMs: start, lastRow })).toBe(0);
  // Settled by the clock, and yet queued only now: a clock that jumped.
  expect(pruneOutbox(db, { beforeMs: start + 1, lastRow: lastRow - 1 })).toBe(0);
  expect(pruneOutbox(db, { beforeMs: start + 1, lastRow })).toBe(1);
  expect(db.prepare('SELECT status FROM outbox').all()).toEqual([{ status: 'pending' }]);
  expect(db.prepare('SELECT count(*) AS n FROM outbox_attempts').get()).toEqual({ n: 1 });
});

test.each([
  ['critical', 30_000],
  ['warning', 300_000],
] as const)('what is %s and failed often waits at most %i ms for its next try', (severity, longestMs) => {
  const row = {
    channel: 'hook',
    stream: 'a',
    idempotencyKey: 'a/1',
    event: alert({ severity }),
    enqueuedMs: start,
    attempts: 12,
    waitedMs: 0,
  };
  const { nextAttemptMs } = settlementOf(
    row,
    { result: 'retry', reason: 'HTTP 500' },
    { atMs: start, durationMs: 1, waitedMs: 0 },
    { backoff: defaultBackoff, maxAgeMs: 3_600_000, random: () => 1 },
  );
  expect(nextAttemptMs).toBe(start + longestMs);
});
