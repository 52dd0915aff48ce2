import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { enqueue } from '../../../src/alerts/notify/enqueue.ts';
import type { AlertEvent } from '../../../src/alerts/notify/event.ts';
import {
  handOver,
  holdBack,
  noteNotified,
  openNotified,
  releaseHeldBack,
} from '../../../src/alerts/notify/held-back.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';

const event = (name: string, state: AlertEvent['state'], groupKey = 'api', probe = 'south'): AlertEvent => {
  const labels = { alertname: name, probe };
  return {
    kind: 'alert',
    alertname: name,
    state,
    severity: 'critical',
    priority: 'P1',
    labels,
    annotations: { summary: 'it is slow' },
    startsAt: probe === 'south' ? '2026-01-05T10:00:00.000Z' : '2026-01-05T09:00:00.000Z',
    groupKey,
    fingerprint: labelFingerprint(labels),
  };
};

function opened() {
  const db = new DatabaseSync(':memory:');
  createOutboxTables(db);
  const options = { redactor: createRedactor(), nowMs: 1 };
  return {
    db,
    options,
    hold: (...events: AlertEvent[]) => holdBack(db, events, options),
    told: (one: AlertEvent) => noteNotified((sql, ...values) => db.prepare(sql).run(...values), one, 1),
    queue: (...events: AlertEvent[]) => enqueue(db, events, { ...options, route: () => ['pager'] }),
  };
}
const named = (events: readonly AlertEvent[]) =>
  events.map(({ alertname, state, labels }) => `${alertname} ${state} at ${labels.probe}`);

test('who takes over tells the newest of each alert, under the name by which it was told, and nothing that somebody was told', () => {
  const { db, hold, told } = opened();
  for (const name of ['a', 'b', 'e']) told(event(name, 'firing', 'api', 'north'));
  told(event('e', 'resolved', 'api', 'north'));
  hold(event('a', 'firing'), event('b', 'firing'), event('c', 'firing'), event('d', 'firing'));
  hold(event('b', 'resolved'), event('d', 'resolved'), event('e', 'resolved'));
  const released = releaseHeldBack(db);
  expect(named(released.unsent)).toEqual(['b resolved at north', 'c firing at south']);
  expect(named(released.sent)).toEqual(['a firing at north']);
  const { fingerprint, startsAt } = event('b', 'firing', 'api', 'north');
  expect(released.unsent[0]).toMatchObject({ fingerprint, startsAt });
  expect(releaseHeldBack(db)).toEqual({ unsent: [], sent: [] });
});

test('what was told is open until its end is told, and while nothing of it is on its way', () => {
  const { db, told, queue } = opened();
  for (const name of ['a', 'b', 'c']) told(event(name, 'firing'));
  told(event('b', 'resolved'));
  queue(event('c', 'resolved'));
  expect(named(openNotified(db))).toEqual(['a firing at south']);
});

test('who leads no more hands over what waits, and keeps what a rollback tells', () => {
  const { db, options, queue } = opened();
  queue(event('a', 'firing'), event('r', 'firing', 'rollback'));
  handOver(db, 'sentinel', options);
  const waiting = db.prepare("SELECT stream FROM outbox WHERE status = 'pending'").all();
  expect(waiting.map(({ stream }) => stream)).toEqual([event('r', 'firing').fingerprint]);
  expect(named(releaseHeldBack(db).unsent)).toEqual(['a firing at south']);
});
