import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertmanagerPayload } from '../../../src/alerts/notify/alertmanager.ts';
import { clipped, titleOf } from '../../../src/alerts/notify/describe.ts';
import { emailPayload } from '../../../src/alerts/notify/email.ts';
import type { AlertEvent } from '../../../src/alerts/notify/event.ts';
import { pagerDutyPayload } from '../../../src/alerts/notify/pagerduty.ts';
import { mrkdwn, slackPayload } from '../../../src/alerts/notify/slack.ts';
import { consoleChannel } from '../../../src/alerts/notify/terminal.ts';
import { webhookPayload } from '../../../src/alerts/notify/webhook.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { alert, dispatching, type Heard, hearing, start } from './support.ts';

const context = { source: 'Genesis', routingKey: 'R', receiver: 'x', nowMs: start, idempotencyKey: 'k' };

function everywhere(text: string): AlertEvent {
  return alert({
    alertname: text,
    labels: { [text]: text, check: text },
    annotations: { summary: text, description: text, next: text, runbook: text },
    threshold: text,
    groupKey: text,
    acknowledgedBy: text,
    generatorURL: text,
  });
}

const nasty = [
  '<!channel> <@U1> <http://evil|Click> & `x` *y* http://evil.example',
  'a\r\nBcc: eve@example.com\r\n\r\nbody',
  `\u001b[2J\u001b]0;title\u0007\u0000\u0085\u2028\u202e`,
  '👩‍👩‍👧‍👦'.repeat(3000),
  '\ud83d'.repeat(5000),
  '&'.repeat(1024 ** 2),
  'x'.repeat(1024 ** 2),
  '-eyJaaaaaaaaaa'.repeat(70_000),
  'password='.repeat(100_000),
  '__proto__',
];

test.for(nasty.map((text, index) => [index, text] as const))(
  'hostile text %i stays in its place',
  ([, text]) => {
    const event = everywhere(text);
    const slack = slackPayload(event, context);
    expect(slack.blocks.length).toBeLessThanOrEqual(50);
    const texts = [slack.text, ...slack.blocks.map((block) => block.text.text)];
    for (const part of texts) {
      expect(part.length).toBeLessThanOrEqual(3000);
      expect(part.isWellFormed()).toBe(true);
      expect(part).not.toMatch(/<(?!https?:)|<[^|>]*[|][^>]*[|]/);
      expect(part.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
    }
    const pager = pagerDutyPayload(event, context);
    expect(pager.payload.summary.length).toBeLessThanOrEqual(1024);
    expect(Buffer.byteLength(JSON.stringify(pager))).toBeLessThanOrEqual(512 * 1024);
    const mail = emailPayload(event, { ...context, from: 'a@example.com', to: [] });
    for (const header of [mail.subject, mail.messageId, mail.references, ...Object.values(mail.headers)]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
      expect(header).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      expect(header.length).toBeLessThanOrEqual(250);
    }
    const hook = JSON.stringify(webhookPayload(event, context));
    const manager = JSON.stringify(alertmanagerPayload([event], { nowMs: start, validForMs: 1 }));
    expect(Math.max(hook.length, manager.length)).toBeLessThan(400_000);
    const lines: string[] = [];
    void consoleChannel({ name: 'c', source: 'Genesis', print: (line) => lines.push(line) }).deliver(
      event,
      context,
    );
    for (const line of [...lines, titleOf(event, 'Genesis')]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    }
  },
);

test('a megabyte of text costs little room in the database, and no time that matters', {
  timeout: 30_000,
}, async () => {
  const heard: Heard[] = [];
  const { queue, dispatcher, db } = dispatching([hearing(heard)]);
  for (const text of nasty) queue({ ...everywhere(text), fingerprint: text.slice(0, 3) });
  await dispatcher.tick();
  expect(heard).toHaveLength(nasty.length);
  const { bytes } = db.prepare('SELECT max(length(event)) AS bytes FROM outbox').get() as { bytes: number };
  expect(bytes).toBeLessThan(300_000);
});

test('cut text never holds half a character, escaped text never half an entity', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.integer({ min: 2, max: 220 }),
      (text, length) => {
        const cut = clipped(text, length);
        expect(cut.length).toBeLessThanOrEqual(length);
        expect(cut.isWellFormed()).toBe(true);
        const escaped = mrkdwn(text, length);
        expect(escaped.length).toBeLessThanOrEqual(length);
        expect(escaped.isWellFormed()).toBe(true);
        expect(escaped).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
        if (text.length * 5 <= length && text.isWellFormed()) {
          const back = escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
          expect(back).toBe(text);
        }
      },
    ),
  );
});

// Where time grows with the square of the length, this takes hours.
test('redaction ends on text that is made to slow it down', { timeout: 30_000 }, () => {
  const redactor = createRedactor();
  for (const text of nasty) {
    redactor.redact(text);
  }
});
