import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { type EmailOptions, emailChannel } from '../../../src/alerts/notify/email.ts';
import { rawServer } from '../../clients/servers.ts';
import { inOrder } from '../../support/in-order.ts';
import { smtpServer } from './smtp-server.ts';
import { alert, resolved, start } from './support.ts';

const context = { nowMs: start, idempotencyKey: 'key-1' };

function email(host: string, port: number, more: Partial<EmailOptions> = {}) {
  const channel = emailChannel({
    name: 'email',
    source: 'Genesis',
    host,
    port,
    secure: false,
    plaintext: true,
    from: 'vigil@example.com',
    to: ['ada@example.com', 'bob@example.com'],
    timeoutMs: 2000,
    ...more,
  });
  onTestFinished(() => channel.close?.());
  return channel;
}

/** The header lines of a message, unfolded. */
function headersOf(data: string): string[] {
  return (data.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n');
}

test('an alert is a plain text with the figure, the limit and the next step', async () => {
  const { host, port, mails } = await smtpServer();
  expect(await email(host, port).deliver(alert(), context)).toEqual({ result: 'sent' });
  const [mail] = mails;
  expect(mail?.to).toEqual(['<ada@example.com>', '<bob@example.com>']);
  const headers = headersOf(mail?.data ?? '');
  expect(headers).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        inOrder('Subject: [FIRING]', 'P1 HighLatencyP95', 'Genesis', '412 ms', '< 200 ms'),
      ),
      'Auto-Submitted: auto-generated',
      'X-Vigil-Event: key-1',
    ]),
  );
  expect(mail?.data).toContain('Value: 412 ms');
  expect(mail?.data).toContain('Next: compare the means, hold the rollout');
});

test('attempts share their message id and an alert its thread', async () => {
  const { host, port, mails } = await smtpServer();
  const channel = email(host, port);
  await channel.deliver(alert(), context);
  await channel.deliver(alert(), context);
  await channel.deliver(resolved(alert(), start), { ...context, idempotencyKey: 'key-2' });
  const of = (name: string) =>
    mails.map(({ data }) => headersOf(data).find((line) => line.startsWith(`${name}: `)));
  const [first, again, end] = of('Message-ID');
  expect(again).toBe(first);
  expect(end).not.toBe(first);
  expect(new Set(of('References')).size).toBe(1);
});

test('no line of an event becomes a header or ends the message', async () => {
  const { host, port, mails } = await smtpServer();
  const evil = 'x\r\nBcc: eve@example.com\r\n\r\n.\r\nMAIL FROM:<eve@example.com>\u2028\u0000';
  const event = alert({
    alertname: evil,
    labels: { [evil]: evil },
    annotations: { summary: evil, description: evil, next: evil, runbook: evil },
    acknowledgedBy: evil,
    threshold: evil,
  });
  expect(await email(host, port).deliver(event, context)).toEqual({ result: 'sent' });
  expect(mails).toHaveLength(1);
  const names = headersOf(mails[0]?.data ?? '').map((line) => line.split(':')[0]);
  expect(names.toSorted()).toEqual(
    [
      'Auto-Submitted',
      'Content-Transfer-Encoding',
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'References',
      'Subject',
      'To',
      'X-Vigil-Event',
    ].toSorted(),
  );
  expect(mails[0]?.to).toEqual(['<ada@example.com>', '<bob@example.com>']);
});

test('a login is sent to who asks for one', async () => {
  const lines: string[] = [];
  const { host, port } = await smtpServer((line) => {
    lines.push(line);
    return undefined;
  });
  const credentials = { username: 'vigil', password: 'open sesame' };
  expect(await email(host, port, { credentials }).deliver(alert(), context)).toEqual({ result: 'sent' });
  const plain = Buffer.from('\u0000vigil\u0000open sesame').toString('base64');
  expect(lines).toContain(`AUTH PLAIN ${plain}`);
});

test.for([
  ['greylists', 'RCPT', '451 come back', 'retry'],
  ['knows nobody', 'RCPT', '550 unknown', 'retry'],
  ['refuses the content', '.', '554 spam', 'retry'],
  ['is full', '.', '452 full', 'retry'],
] as const)('a server that %s', async ([, at, line, result]) => {
  const { host, port } = await smtpServer((command) => (command.startsWith(at) ? line : undefined));
  const delivery = await email(host, port).deliver(alert(), context);
  expect(delivery).toMatchObject({ result, reason: expect.stringContaining(line.slice(4)) });
});

test('one receiver of two is enough, and the other is named in the detail', async () => {
  const { host, port } = await smtpServer((line) => (/RCPT.*bob/.test(line) ? '550 no bob' : undefined));
  expect(await email(host, port).deliver(alert(), context)).toEqual({
    result: 'sent',
    detail: '1 took it, 1 refused',
  });
});

test('a server that is away, silent or without TLS is tried again', async () => {
  const [silentHost = '', silentPort] = (await rawServer(() => {})).split(':');
  const { host, port, mails } = await smtpServer();
  const results = await Promise.all([
    email('127.0.0.1', await freePort()).deliver(alert(), context),
    email(silentHost, Number(silentPort), { timeoutMs: 300 }).deliver(alert(), context),
    email(host, port, { plaintext: false }).deliver(alert(), context),
  ]);
  expect(results.map(({ result }) => result)).toEqual(['retry', 'retry', 'retry']);
  expect(mails).toEqual([]);
});
