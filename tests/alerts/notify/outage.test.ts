import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { AlertEvent } from '../../../src/alerts/notify/event.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { webhookChannel } from '../../../src/alerts/notify/webhook.ts';
import {
  alert,
  dispatching,
  type Heard,
  hearing,
  minute,
  receiver,
  resolved,
  second,
  start,
} from './support.ts';

/** Every occurrence of an alert: what was told of it, in order. */
function occurrences(
  events: readonly { labels: Record<string, string>; startsAt: string; status: string }[],
) {
  const told = new Map<string, string[]>();
  for (const event of events) {
    const key = `${event.labels.alertname} ${event.startsAt}`;
    told.set(key, [...(told.get(key) ?? []), event.status]);
  }
  return told;
}

test('a two-hour outage and a restart in the middle of it lose nothing and change no order', async () => {
  const file = path.join(os.tmpdir(), `vigil-outage-${process.pid}.sqlite`);
  onTestFinished(() => {
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  });
  let nowMs = start;
  const [fromMs, toMs] = [start + 10 * minute, start + 130 * minute];
  const { url, received } = await receiver((_request, response) =>
    nowMs >= fromMs && nowMs < toMs ? response.writeHead(502).end() : response.end('ok'),
  );
  const open = () => {
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL');
    return db;
  };
  let db = open();
  createOutboxTables(db);
  const make = () =>
    dispatching([webhookChannel({ name: 'hook', url, timeoutMs: 2000 })], {
      db,
      now: () => nowMs,
      random: () => 0.7,
    });
  let current = make();
  const expected = new Map<string, string[]>();
  for (let step = 0; nowMs < start + 150 * minute; step += 1, nowMs = start + step * 30 * second) {
    current.clock.ms = nowMs;
    if (nowMs === start + 70 * minute) {
      await current.dispatcher.stop();
      db.close();
      db = open();
      current = make();
      current.clock.ms = nowMs;
    }
    if (step % 10 === 0 && nowMs < start + 140 * minute) {
      const names = ['A', 'B', 'C'].filter((_, index) => step % (20 + 10 * index) === 0);
      for (const alertname of names) {
        const event = alert({ alertname, startsAt: new Date(nowMs).toISOString() });
        current.queue(event, { ...event, reminder: 1 }, resolved(event, nowMs + second));
        expected.set(`${alertname} ${event.startsAt}`, ['firing', 'resolved']);
      }
    }
    await current.dispatcher.tick();
  }
  expect(current.dispatcher.pending()).toBe(0);
  const accepted = received.filter((_, index) => index >= 0);
  expect(accepted.length).toBeGreaterThan(expected.size * 2);
  const sent = db
    .prepare(
      `SELECT event, status FROM outbox WHERE status IN ('sent', 'superseded') ORDER BY settled_ms, id`,
    )
    .all() as { event: string; status: string }[];
  const told = occurrences(
    sent
      .filter(({ status }) => status === 'sent')
      .map(({ event }) => JSON.parse(event) as AlertEvent)
      .filter(({ reminder }) => !reminder)
      .map((event) => ({
        labels: { alertname: event.alertname },
        startsAt: event.startsAt,
        status: event.state,
      })),
  );
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  // Tries back off instead of hammering a receiver that is down.
  expect(received.length).toBeLessThan(1200);
  db.close();
});

test('whatever fails, everything arrives once, in order per alert', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.boolean()), { minLength: 1, maxLength: 30 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
      async (script, failures) => {
        const heard: Heard[] = [];
        let tries = 0;
        const fate = () => {
          tries += 1;
          // However they fall, the last try is long before the end.
          return failures[tries % failures.length] && tries < 40
            ? ({ result: 'retry', reason: 'chance' } as const)
            : ({ result: 'sent' } as const);
        };
        const { queue, run } = dispatching([
          hearing(heard, fate, { name: 'one' }),
          hearing(heard, fate, { name: 'two', concurrency: 1 }),
        ]);
        const queued: string[] = [];
        script.forEach(([alertname, ends], index) => {
          const event = alert({ alertname, startsAt: new Date(start + index).toISOString() });
          queue(event);
          queued.push(`${alertname} ${index} firing`);
          if (ends) {
            queue(resolved(event, start + index));
            queued.push(`${alertname} ${index} resolved`);
          }
        });
        await run(start + 240 * minute, minute);
        for (const channel of ['one', 'two']) {
          for (const name of ['A', 'B', 'C']) {
            const told = heard.flatMap((entry) =>
              entry.channel === channel && entry.event.kind === 'alert' && entry.event.alertname === name
                ? [`${name} ${Date.parse(entry.event.startsAt) - start} ${entry.event.state}`]
                : [],
            );
            expect(told).toEqual(queued.filter((text) => text.startsWith(name)));
          }
        }
      },
    ),
    { numRuns: 15 },
  );
});
