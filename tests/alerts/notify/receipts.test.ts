import { expect, onTestFinished, test } from 'vitest';
import {
  type ReceiptQuery,
  type ReceiptReceiverOptions,
  startReceiptReceiver,
} from '../../../src/alerts/notify/receipt-receiver.ts';
import { webhookPayload } from '../../../src/alerts/notify/webhook.ts';
import { failureOf } from '../../clients/servers.ts';
import { alert, resolved, start } from './support.ts';

async function open(options: Partial<ReceiptReceiverOptions> = {}) {
  const clock = { ms: start };
  const receipts = await startReceiptReceiver({ now: () => clock.ms, ...options });
  onTestFinished(() => receipts.close());
  const post = async (body: unknown) => {
    const answer = await fetch(receipts.url, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return [answer.status, await answer.text()] as const;
  };
  const find = (fingerprint: string, query: Partial<ReceiptQuery> = {}) =>
    receipts.waitFor(fingerprint, { timeoutMs: 1, ...query });
  return { receipts, clock, post, find };
}

const body = (event = alert()) => webhookPayload(event, { receiver: 'sentinel' });

test('a delivery leaves a receipt by fingerprint and state, with unknown keys or without', async () => {
  const { clock, post, find } = await open();
  const { fingerprint } = alert();
  expect(await post({ ...body(), newKey: 1 })).toEqual([200, 'ok']);
  expect(await find(fingerprint)).toEqual({ fingerprint, status: 'firing', atMs: start });
  expect(await find(fingerprint, { status: 'resolved' })).toBeUndefined();
  clock.ms += 500;
  await post(body());
  await post(body(resolved(alert(), start)));
  expect(await find(fingerprint)).toEqual({ fingerprint, status: 'firing', atMs: start + 500 });
  expect(await find(fingerprint, { status: 'resolved' })).toMatchObject({ status: 'resolved' });
  expect(await find(fingerprint, { sinceMs: start + 501 })).toBeUndefined();
  expect(await find('another')).toBeUndefined();
});

test('a fingerprint that is left out is that of the labels', async () => {
  const { post, find } = await open();
  const made = body();
  const alerts = made.alerts.map(({ fingerprint: _, ...rest }) => rest);
  await post({ ...made, alerts });
  expect(await find(alert().fingerprint)).toMatchObject({ fingerprint: alert().fingerprint });
});

test('who waits is told at once, or that nothing came', async () => {
  const { receipts, post } = await open();
  const { fingerprint } = alert();
  const waiting = receipts.waitFor(fingerprint, { timeoutMs: 5000 });
  await post(body());
  expect(await waiting).toMatchObject({ fingerprint });
  expect(await receipts.waitFor('never', { timeoutMs: 20 })).toBeUndefined();
});

test('what is no webhook of version 4 is refused for good, and leaves nothing', async () => {
  const { receipts, post, find } = await open({ maxBytes: 10_000 });
  expect((await post('{'))[0]).toBe(400);
  expect((await post({ ...body(), version: '3' }))[1]).toContain('version');
  expect((await post({ ...body(), alerts: [{ status: 'maybe' }] }))[0]).toBe(400);
  expect((await post('x'.repeat(10_001)))[0]).toBe(413);
  const stream = new ReadableStream({
    start(controller) {
      for (let index = 0; index < 3000; index += 1)
        controller.enqueue(new TextEncoder().encode('x'.repeat(1000)));
      controller.close();
    },
  });
  const chunked = await fetch(receipts.url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
  expect(chunked.status).toBe(413);
  expect((await fetch(receipts.url)).status).toBe(405);
  expect(await find(alert().fingerprint)).toBeUndefined();
});

test('a failure of ours is one that is worth another try', async () => {
  const { post } = await open({
    now: () => {
      throw new Error('no clock');
    },
  });
  expect((await post(body()))[0]).toBe(500);
});

test('memory is bounded: the receipt that is longest without an arrival goes first', async () => {
  const { post, find } = await open({ maxReceipts: 3 });
  for (const alertname of ['A', 'B', 'C']) await post(body(alert({ alertname })));
  await post(body(alert({ alertname: 'A' })));
  await post(body(alert({ alertname: 'D' })));
  const isThere = async (alertname: string) => (await find(alert({ alertname }).fingerprint)) !== undefined;
  expect(await Promise.all(['A', 'B', 'C', 'D'].map(isThere))).toEqual([true, false, true, true]);
});

test('a port that is taken is said with its address', async () => {
  const { receipts } = await open();
  const port = Number(new URL(receipts.url).port);
  const failure = await failureOf(startReceiptReceiver({ port, now: Date.now }));
  expect(failure.message).toContain(`127.0.0.1:${port}`);
});
