import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import type { Channel } from '../../../src/alerts/notify/channel.ts';
import { webhookChannel } from '../../../src/alerts/notify/webhook.ts';
import { rawServer } from '../../clients/servers.ts';
import { alert, dispatching, minute, receiver, start } from './support.ts';

const context = { nowMs: start, idempotencyKey: 'key-1' };

function webhook(url: string, timeoutMs = 5000): Channel {
  const channel = webhookChannel({ name: 'hook', url, timeoutMs });
  onTestFinished(() => channel.close?.());
  return channel;
}

const replies = {
  'accepts with 204': [(response) => response.writeHead(204).end(), { result: 'sent' }],
  'asks for time in seconds': [
    (response) => response.writeHead(429, { 'retry-after': '7' }).end('slow down'),
    { result: 'retry', reason: 'HTTP 429: slow down', retryAfterMs: 7000 },
  ],
  'asks for time until a date': [
    (response) => response.writeHead(503, { 'retry-after': new Date(start + 90_000).toUTCString() }).end(),
    { result: 'retry', reason: 'HTTP 503', retryAfterMs: 90_000 },
  ],
  'asks for ten days': [
    (response) => response.writeHead(429, { 'retry-after': '864000' }).end(),
    { result: 'retry', reason: 'HTTP 429', retryAfterMs: 3_600_000 },
  ],
  'asks for time that is none': [
    (response) => response.writeHead(429, { 'retry-after': 'soon' }).end(),
    { result: 'retry', reason: 'HTTP 429' },
  ],
  'is broken': [
    (response) => response.writeHead(500).end('<b>oops\n</b>\u001b[31m'),
    { result: 'retry', reason: 'HTTP 500: <b>oops\n</b>' },
  ],
  'does not know us': [
    (response) => response.writeHead(401).end('who?'),
    { result: 'retry', reason: 'HTTP 401: who?' },
  ],
  refuses: [
    (response) => response.writeHead(403).end('not you'),
    { result: 'retry', reason: 'HTTP 403: not you' },
  ],
  'is not deployed yet': [
    (response) => response.writeHead(404, { 'retry-after': '7' }).end(),
    { result: 'retry', reason: 'HTTP 404', retryAfterMs: 7000 },
  ],
  'waited too long': [(response) => response.writeHead(408).end(), { result: 'retry', reason: 'HTTP 408' }],
  'finds it too long': [(response) => response.writeHead(413).end(), { result: 'retry', reason: 'HTTP 413' }],
  'finds it wrong': [(response) => response.writeHead(400).end(), { result: 'drop', reason: 'HTTP 400' }],
  'is gone for good': [(response) => response.writeHead(410).end(), { result: 'drop', reason: 'HTTP 410' }],
  redirects: [
    (response) => response.writeHead(302, { location: 'http://user:hush@elsewhere/?token=hush' }).end(),
    {
      result: 'retry',
      reason:
        'HTTP 302: a redirect to http://user:[redacted]@elsewhere/?token=[redacted], which is not followed',
    },
  ],
} satisfies Record<string, [(response: ServerResponse) => void, object]>;

test.for(Object.entries(replies))('a receiver that %s', async ([, [reply, delivery]]) => {
  const { url, received } = await receiver((_request, response) => reply(response));
  expect(await webhook(url).deliver(alert(), context)).toEqual(delivery);
  expect(received).toHaveLength(1);
});

test('a receiver that refuses the connection, resets it, hangs or trickles is tried again', async () => {
  const reset = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const hang = await rawServer(() => {});
  const trickle = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const addresses = [`127.0.0.1:${await freePort()}`, reset, hang, trickle];
  const results = await Promise.all(
    addresses.map((address) => webhook(`http://${address}/`, 300).deliver(alert(), context)),
  );
  expect(results.map((delivery) => (delivery.result === 'retry' ? delivery.reason : delivery))).toEqual([
    expect.stringContaining('connection refused'),
    expect.stringMatching(/reset|closed/),
    expect.stringContaining('no answer within 300 ms'),
    expect.stringContaining('answer not complete within 300 ms'),
  ]);
});

test('a huge answer is not read', async () => {
  const { url } = await receiver((_request, response) => response.end('x'.repeat(10 * 1024 ** 2)));
  expect(await webhook(url).deliver(alert(), context)).toEqual({
    result: 'retry',
    reason: expect.stringContaining('at most 64 KiB'),
  });
});

test('one receiver that hangs stops no other, and keeps the dispatcher from no end', async () => {
  const hang = await rawServer(() => {});
  const { url, received } = await receiver();
  const slow = webhookChannel({ name: 'slow', url: `http://${hang}/`, timeoutMs: 600_000 });
  const quick = webhookChannel({ name: 'quick', url, timeoutMs: 5000 });
  const { dispatcher, queue } = dispatching([slow, quick], { now: Date.now, graceMs: 300 });
  queue(alert({ alertname: 'A' }));
  dispatcher.start();
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(1);
  queue(alert({ alertname: 'B' }));
  dispatcher.wake();
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(2);
  await dispatcher.stop(); // or, waiting for the one that hangs, not before the time limit of this test
  expect(dispatcher.statistics()).toMatchObject({
    quick: { sent: 2, pending: 0 },
    slow: { sent: 0, pending: 2 },
  });
});

test('what is on its way when it stops is finished when that goes quickly', async () => {
  const { url } = await receiver((_request, response) => setTimeout(() => response.end('ok'), 200));
  const { dispatcher, queue } = dispatching([webhookChannel({ name: 'hook', url, timeoutMs: 5000 })], {
    now: Date.now,
  });
  queue(alert());
  const ticking = dispatcher.tick();
  await dispatcher.stop();
  await ticking;
  expect(dispatcher.pending()).toBe(0);
});

test('a receiver that asks for time gets it for all alerts', async () => {
  const { url, received } = await receiver((_request, response, count) =>
    count === 1 ? response.writeHead(429, { 'retry-after': '30' }).end() : response.end('ok'),
  );
  const hook = { ...webhookChannel({ name: 'hook', url, timeoutMs: 5000 }), concurrency: 1 };
  const { dispatcher, queue, clock } = dispatching([hook]);
  queue(alert({ alertname: 'A' }), alert({ alertname: 'B' }));
  await dispatcher.tick();
  clock.ms += 29_000;
  await dispatcher.tick();
  expect(received).toHaveLength(1);
  clock.ms += 1000;
  await dispatcher.tick();
  expect(received).toHaveLength(3);
});

test.for([
  ['critical', 5],
  ['warning', 60],
] as const)('a %s alert waits %i min for a receiver that asks for an hour', async ([severity, minutes]) => {
  const { url, received } = await receiver((_request, response, count) =>
    count === 1 ? response.writeHead(503, { 'retry-after': '3600' }).end() : response.end('ok'),
  );
  const { dispatcher, queue, clock } = dispatching([webhookChannel({ name: 'hook', url, timeoutMs: 5000 })]);
  queue(alert({ severity }));
  await dispatcher.tick();
  clock.ms += minutes * minute - 1000;
  await dispatcher.tick();
  expect(received).toHaveLength(1);
  clock.ms += 1000;
  await dispatcher.tick();
  expect(received).toHaveLength(2);
});
