import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Channel } from '../../../src/alerts/notify/channel.ts';
import { createChannels } from '../../../src/alerts/notify/channels.ts';
import { testNotifications } from '../../../src/alerts/notify/test-notifications.ts';
import { webhookChannel } from '../../../src/alerts/notify/webhook.ts';
import { notificationsSchema } from '../../../src/core/config/notifications.ts';
import { secretResolver } from '../../../src/core/config/secret-reference.ts';
import { VigilError } from '../../../src/core/errors.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { temporaryFolder } from '../../clients/servers.ts';
import { smtpServer } from './smtp-server.ts';
import { alert, database, dispatching, type Heard, hearing, receiver, start } from './support.ts';

const secrets = {
  slack: 'T000/B000/planted-slack&secret',
  pagerduty: 'planted0pagerduty0routing0key000',
  token: 'planted-"token"/+=',
  smtp: 'planted smtp päss',
  ping: '11111111-2222-3333-4444-planted00000',
};

/** Every form in which a secret may slip out. */
function forms(secret: string): string[] {
  const plain = [secret, encodeURIComponent(secret), encodeURI(secret), JSON.stringify(secret).slice(1, -1)];
  return [
    ...plain,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ];
}

function expectNone(text: string, but: string[] = []) {
  for (const [name, secret] of Object.entries(secrets)) {
    if (but.includes(name)) continue;
    for (const form of forms(secret))
      expect(text.includes(form), `${name} in ${text.slice(0, 200)}`).toBe(false);
  }
}

async function everything(answer: (secret: string) => [status: number, body: string]) {
  const folder = await temporaryFolder();
  const bad = () => Object.values(secrets).join(' ');
  const { url, received } = await receiver((_request, response) => {
    const [status, body] = answer(bad());
    response.writeHead(status).end(body);
  });
  const smtp = await smtpServer((line) => (line === '.' ? `554 refused: ${bad()}` : undefined));
  const redactor = createRedactor();
  const printed: string[] = [];
  const { channels: configs } = notificationsSchema.parse({
    channels: [
      { type: 'slack', secretUrl: 'env:SLACK' },
      { type: 'pagerduty', secretKey: 'env:PAGERDUTY', url },
      { type: 'webhook', url: `${url}/hook`, token: 'file:/run/secrets/token' },
      { type: 'alertmanager', url: `${url}/am`, username: 'vigil', password: 'env:SMTP' },
      {
        type: 'email',
        host: smtp.host,
        port: smtp.port,
        from: 'a@example.com',
        to: ['b@example.com'],
        username: 'vigil',
        password: 'env:SMTP',
      },
      { type: 'heartbeat', secretUrl: 'env:PING' },
      { type: 'console' },
      { type: 'file', path: 'told.jsonl' },
    ],
  });
  const channels: Channel[] = createChannels(
    // The schema refuses a password without TLS, which this server doesn't speak.
    configs.map((config) => (config.type === 'email' ? { ...config, plaintext: true } : config)),
    {
      resolveSecret: secretResolver(
        {
          SLACK: `${url}/services/${secrets.slack}`,
          PAGERDUTY: secrets.pagerduty,
          SMTP: secrets.smtp,
          PING: `${url}/${secrets.ping}`,
        },
        (file) => (file === '/run/secrets/token' ? `${secrets.token}\n` : ''),
      ),
      redactor,
      source: 'Genesis',
      intervalMs: 300_000,
      print: (line) => printed.push(line),
      folder,
    },
  );
  onTestFinished(async () => {
    await Promise.all(channels.map((channel) => channel.close?.()));
  });
  return { channels, redactor, printed, received, smtp, file: path.join(folder, 'told.jsonl'), folder };
}

const talkative = () => {
  const all = Object.values(secrets).join(' and ');
  return alert({
    labels: { note: all },
    annotations: {
      summary: `it said ${all}`,
      description: `Authorization: Bearer abcdefgh12345678 ${all}`,
      next: all,
    },
  });
};

test.for([
  ['accepts', 200],
  ['refuses and repeats them', 400],
  ['breaks and repeats them', 500],
] as const)('planted secrets are nowhere but where they belong when a receiver %s', async ([, status]) => {
  const { channels, redactor, printed, received, smtp, file, folder } = await everything((said) => [
    status,
    said,
  ]);
  const db = database(path.join(folder, 'db.sqlite'));
  const { queue, dispatcher, errors } = dispatching(channels, { db, redactor });
  queue(talkative(), {
    kind: 'heartbeat',
    state: 'fail',
    id: '1',
    at: new Date(start).toISOString(),
    summary: secrets.token,
  });
  await dispatcher.tick();
  const tested = await testNotifications(channels, { redactor, now: Date.now });
  expect(received.length).toBeGreaterThan(6);
  for (const { body, headers, url } of received) {
    // The routing key stands in PagerDuty's body, every other secret in an address or a header.
    expectNone(body, body.includes('"routing_key"') ? ['pagerduty'] : []);
    const own = url.startsWith('/services') ? ['slack'] : url.includes(secrets.ping) ? ['ping'] : [];
    expectNone(url, own);
    expectNone(JSON.stringify({ ...headers, authorization: '' }));
  }
  expect(received.some(({ headers }) => headers.authorization === `Bearer ${secrets.token}`)).toBe(true);
  expectNone(printed.join('\n'));
  expectNone(readFileSync(file, 'utf8'));
  expectNone(JSON.stringify([tested, errors, dispatcher.statistics()]));
  expect(smtp.mails).toHaveLength(2);
  for (const { data } of smtp.mails) expectNone(Buffer.from(data).toString());
  for (const end of ['', '-wal', '-journal']) {
    try {
      expectNone(readFileSync(path.join(folder, `db.sqlite${end}`)).toString('latin1'));
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'ENOENT') throw thrown;
    }
  }
  const attempts = JSON.stringify(db.prepare('SELECT detail FROM outbox_attempts').all());
  expectNone(attempts);
  if (status !== 200) expect(attempts).toContain('[redacted]');
});

test('credentials that nobody told of are known by their looks', () => {
  const redactor = createRedactor();
  const text = [
    'Authorization: Bearer abcdef1234567890',
    'https://user:hunter22@example.com/',
    'xoxb-123456789012-abcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'password=hunter22 "api_key": "k-123456"',
    'https://hooks.slack.com/services/T1/B2/abc',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk',
  ].join('\n');
  const clean = redactor.redact(text);
  for (const secret of ['abcdef12', 'hunter22', 'xoxb-1', 'AKIAIO', 'k-123456', 'T1/B2', 'eyJzdWI'])
    expect(clean).not.toContain(secret);
  expect(redactor.redact('P95 latency 412 ms; the token endpoint is slow; basic checks')).toBe(
    'P95 latency 412 ms; the token endpoint is slow; basic checks',
  );
});

test('a secret that a cut goes through leaves no beginning of it', async () => {
  const heard: Heard[] = [];
  const { queue, dispatcher, redactor } = dispatching([hearing(heard)]);
  redactor.register(secrets.pagerduty);
  for (let shift = 0; shift < secrets.pagerduty.length; shift += 1) {
    // Redacting shortens it so much that the place of the first cut is within what is kept.
    const description = 'x'.repeat(shift) + secrets.pagerduty.repeat(2000);
    queue(alert({ alertname: `A${shift}`, annotations: { summary: 's', description } }));
  }
  await dispatcher.tick();
  expect(heard).toHaveLength(secrets.pagerduty.length);
  expect(JSON.stringify(heard)).not.toContain('planted');
});

test('a secret in the answer of a receiver is hidden before the answer is cut', async () => {
  let answer = '';
  const { url } = await receiver((_request, response) => response.writeHead(400).end(answer));
  const channel = webhookChannel({ name: 'hook', url, timeoutMs: 5000 });
  const { db, queue, dispatcher, redactor } = dispatching([channel]);
  redactor.register(secrets.pagerduty);
  // Wherever the cut is: 300 characters, 500, 1,000, 4,096 of the body.
  for (const cut of [300, 500, 1000, 4096])
    for (let before = cut - 30; before < cut; before += 4) {
      answer = 'y'.repeat(before) + secrets.pagerduty;
      queue(alert({ alertname: `A${before}` }));
      await dispatcher.tick();
    }
  const details = JSON.stringify(db.prepare('SELECT detail FROM outbox_attempts').all());
  expect(details.match(/HTTP 400: y+/g)?.length).toBeGreaterThan(20);
  expect(details).not.toContain('planted');
});

test('a secret that became known after the event was queued is not sent either', async () => {
  const heard: Heard[] = [];
  const { queue, dispatcher, redactor } = dispatching([hearing(heard)]);
  queue(alert({ annotations: { summary: secrets.pagerduty } }));
  redactor.register(secrets.pagerduty);
  await dispatcher.tick();
  expect(JSON.stringify(heard)).toContain('[redacted]');
  expect(JSON.stringify(heard)).not.toContain('planted');
});

test('a secret is known in every form that an address, a header or JSON gives it', () => {
  for (const secret of Object.values(secrets)) {
    const redactor = createRedactor();
    redactor.register(secret);
    for (const form of forms(secret)) expect(redactor.redact(`<${form}>`)).toMatch(/^<\[redacted\]=*>$/);
  }
});

test('a secret within another leaves no rest of it', () => {
  const redactor = createRedactor();
  redactor.register('planted');
  redactor.register('planted-long-secret');
  expect(redactor.redact('x planted-long-secret y')).toBe('x [redacted] y');
});

test.for([
  ['a literal', 'xoxb-literal-secret', /stands in the configuration/],
  ['a variable that is not set', 'env:NOWHERE', /env:NOWHERE holds no secret/],
  ['a file that is not there', 'file:/nowhere', /file:\/nowhere can't be read/],
  ['a secret too short to hide', 'env:SHORT', /env:SHORT holds no secret/],
  ['something that is no address', 'env:ODD', /env:ODD holds no address/],
] as const)('%s is refused by name and never shown', ([, secretUrl, message]) => {
  const make = () =>
    createChannels([{ type: 'slack', secretUrl, timeout: 1000 }], {
      resolveSecret: secretResolver({ SHORT: 'abc', ODD: 'planted-no-address' }),
      redactor: createRedactor(),
      source: 'Genesis',
      intervalMs: 1,
      print: () => {},
      folder: '/',
    });
  expect(make).toThrow(VigilError);
  expect(make).toThrow(message);
  try {
    make();
  } catch (thrown) {
    const text = (thrown as VigilError).describe();
    expect(text).toContain('notifications channel slack');
    expect(text).not.toMatch(/literal-secret|planted|abc\b/);
  }
});
