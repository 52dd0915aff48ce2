import { createHash } from 'node:crypto';
import { type ChannelConfig, messageOf } from '../../core/index.ts';
import type { Channel, Delivery } from './channel.ts';
import { factsOf, titleOf } from './describe.ts';
import { type NotificationEvent, streamOf } from './event.ts';

export interface EmailContext {
  source: string;
  from: string;
  to: readonly string[];
  idempotencyKey: string;
}

function idOf(text: string): string {
  return `<${createHash('sha256').update(text).digest('hex').slice(0, 32)}@vigil.invalid>`;
}

/** A message of plain text. No line break of an event gets into a header; the id is the same for each attempt. */
export function emailPayload(event: NotificationEvent, { source, from, to, idempotencyKey }: EmailContext) {
  const title = titleOf(event, source);
  const facts = factsOf(event).map(([label, text]) => `${label}: ${text}`);
  return {
    from,
    to: [...to],
    subject: title.slice(0, 250).toWellFormed(),
    text: [title, '', ...facts, ''].join('\n'),
    messageId: idOf(idempotencyKey),
    // All messages about one alert stand in one thread.
    references: idOf(`stream ${streamOf(event)}`),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Vigil-Event': idempotencyKey },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What an SMTP failure means: it is tried again, a refusal and a wrong login too, for somebody may mend the relay or its settings. */
export const smtpFailure = (thrown: unknown): Delivery => ({
  result: 'retry',
  reason: `SMTP: ${messageOf(thrown)}`,
});

type EmailConfig = Extract<ChannelConfig, { type: 'email' }>;

/** `secure` is TLS from the first byte; else STARTTLS is demanded unless `plaintext`, for a relay on this host. */
export interface EmailOptions
  extends Pick<EmailConfig, 'host' | 'port' | 'secure' | 'plaintext' | 'from' | 'to'> {
  name: string;
  source: string;
  credentials?: { username: string; password: string } | undefined;
  timeoutMs: number;
}

/** E-mail over SMTP. */
export function emailChannel(options: EmailOptions): Channel {
  const { name, source, host, port, secure, plaintext, credentials, from, to, timeoutMs } = options;
  const ending = new AbortController();

  async function deliver(event: NotificationEvent, idempotencyKey: string): Promise<Delivery> {
    // Only who sends mail loads the library.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure,
      requireTLS: !secure && !plaintext,
      ignoreTLS: plaintext,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      socketCloseTimeout: 0,
      dnsTimeout: timeoutMs,
      ...(credentials && { auth: { user: credentials.username, pass: credentials.password } }),
    });
    try {
      const { accepted, rejected } = await transport.sendMail({
        ...emailPayload(event, { source, from, to, idempotencyKey }),
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMs)]),
      });
      if (rejected.length === 0) return { result: 'sent' };
      return { result: 'sent', detail: `${accepted.length} took it, ${rejected.length} refused` };
    } catch (thrown) {
      return smtpFailure(thrown);
    } finally {
      transport.close();
    }
  }

  return {
    name,
    type: 'email',
    accepts: ({ kind }) => kind !== 'heartbeat',
    concurrency: 2,
    deliver: (event, { idempotencyKey }) => deliver(event, idempotencyKey),
    close: async () => ending.abort(),
  };
}
