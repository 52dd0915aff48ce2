import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { enqueue } from '../../../src/alerts/notify/enqueue.ts';
import type { AlertEvent } from '../../../src/alerts/notify/event.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { temporaryFolder } from '../../clients/servers.ts';
import { alert, receiver, resolved, start } from './support.ts';

const kills = 10;
const child = fileURLToPath(new URL('dispatching-child.ts', import.meta.url));

test('a sender killed again and again at any moment has told everything, in order per alert', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'outbox.sqlite');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000; PRAGMA synchronous = NORMAL');
  createOutboxTables(db);
  const { url, received } = await receiver((_request, response) => setTimeout(() => response.end('ok'), 3));
  const redactor = createRedactor();
  const queued = new Map<string, string[]>();
  const prepared = new Set<ChildProcess>();
  /** A sender that is ready and waits for the word, so that its start costs the test no time. */
  const prepare = () => {
    const sender = spawn(process.execPath, [child, file, url], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(folder, 'cache') },
    });
    prepared.add(sender);
    const { stdin, stdout } = sender;
    stdin.on('error', () => {}); // it may be killed before it reads
    return { sender, stdin, ready: once(stdout, 'data') };
  };
  onTestFinished(() => {
    for (const sender of prepared) sender.kill('SIGKILL');
  });
  let next = prepare();
  for (let round = 0; round < kills; round += 1) {
    db.exec('BEGIN');
    for (let index = 0; index < 8; index += 1) {
      const event = alert({ alertname: `A${index}`, startsAt: new Date(start + round).toISOString() });
      const events = [event, resolved(event, start + round)];
      enqueue(db, events, { route: () => ['hook'], redactor, nowMs: Date.now() });
      queued.set(event.alertname, [
        ...(queued.get(event.alertname) ?? []),
        ...events.map(({ state }) => `${event.startsAt} ${state}`),
      ]);
    }
    db.exec('COMMIT');
    const { sender, stdin, ready } = next;
    await ready;
    next = prepare();
    stdin.write('go');
    await sleep(Math.random() * 60);
    const ended = once(sender, 'exit');
    sender.kill('SIGKILL');
    await ended;
    prepared.delete(sender);
  }
  const waiting = () => db.prepare(`SELECT count(*) AS n FROM outbox WHERE status = 'pending'`).get()?.n;
  expect(waiting()).toBeGreaterThan(0);
  await next.ready;
  next.stdin.write('go');
  await expect.poll(waiting, { timeout: 60_000, interval: 50 }).toBe(0);
  next.sender.kill('SIGKILL');
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  db.close();

  const told = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const { body, headers } of received) {
    const key = String(headers['idempotency-key']);
    if (seen.has(key)) continue; // at least once: a repetition is told by its key
    seen.add(key);
    const event = JSON.parse(body) as AlertEvent;
    const name = event.alertname;
    told.set(name, [...(told.get(name) ?? []), `${event.startsAt} ${event.state}`]);
  }
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(queued));
  expect(received.length - seen.size).toBeLessThanOrEqual(kills * 4);
});
