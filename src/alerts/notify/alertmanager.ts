import type { HttpAnswer } from '../../clients/index.ts';
import { below } from '../../core/index.ts';
import type { Channel, Delivery } from './channel.ts';
import { linkOf } from './describe.ts';
import type { AlertEvent } from './event.ts';
import { createHttpSender, type HttpChannelOptions, wordsOf } from './http-delivery.ts';
import { asAlert, identityLabels } from './identity-labels.ts';
import { annotationsOf } from './webhook.ts';

export interface PayloadTimes {
  nowMs: number;
  /** How long Alertmanager believes a firing alert that it isn't told again: 4 × max(interval, resend). */
  validForMs: number;
}

/** Alerts as `POST /api/v2/alerts` takes them. A firing one ends in the future, so that it outlives a late resend. */
export function alertmanagerPayload(events: readonly AlertEvent[], { nowMs, validForMs }: PayloadTimes) {
  return events.map((event) => {
    const firing = event.state === 'firing';
    const startMs = Math.min(Date.parse(event.startsAt), nowMs);
    const endMs = firing ? nowMs + validForMs : Date.parse(event.endsAt ?? '') || nowMs;
    const generatorURL = linkOf(event.generatorURL);
    return {
      labels: identityLabels(event),
      annotations: annotationsOf(event),
      startsAt: new Date(startMs).toISOString(),
      // An end in the future would mean that it still fires, one before the start is refused.
      endsAt: new Date(firing ? endMs : Math.max(startMs, Math.min(endMs, nowMs))).toISOString(),
      ...(generatorURL && { generatorURL }),
    };
  });
}

/** What Alertmanager says about a refusal: plain text, a JSON text or `{code, message}`. */
export function refusalOf(answer: HttpAnswer): string {
  try {
    const said = answer.json<string | { message?: string } | null>();
    if (typeof said === 'string') return said;
    if (said && typeof said.message === 'string') return said.message;
  } catch {
    // it was plain text
  }
  return wordsOf(answer);
}

interface AlertmanagerOptions extends HttpChannelOptions {
  /** Time from one cycle to the next. */
  intervalMs: number;
  /** Time from one repetition to the next, independent of the cycle. */
  resendMs: number;
  /** Time from an alert's firing to its resolution at least; more than Alertmanager's `group_wait`, or it tells neither. */
  spacingMs: number;
  token?: string | undefined;
  credentials?: { username: string; password: string } | undefined;
}

/** How long a resolved alert is repeated: Alertmanager's own `resolve_timeout`, and some more. */
const resolvedForMs = 6 * 60_000;

function authorization({ token, credentials }: AlertmanagerOptions): Record<string, string> {
  if (token) return { authorization: `Bearer ${token}` };
  if (!credentials) return {};
  const { username, password } = credentials;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** Alertmanager, API v2; told again of all that fires, because it forgets. */
export function alertmanagerChannel(options: AlertmanagerOptions): Channel {
  const { name, url, intervalMs, resendMs, spacingMs, timeoutMs } = options;
  const sender = createHttpSender(timeoutMs);
  const validForMs = 4 * Math.max(intervalMs, resendMs);
  const headers = authorization(options);

  const tell = (events: readonly AlertEvent[], nowMs: number): Promise<Delivery> =>
    sender.post(
      {
        url: below(url, '/api/v2/alerts'),
        json: alertmanagerPayload(events, { nowMs, validForMs }),
        headers,
        judge: (answer, fate) =>
          answer.status === 400 ? { result: 'drop', reason: `HTTP 400: ${refusalOf(answer)}` } : fate,
      },
      nowMs,
    );

  /** A 400 may have taken some and doesn't say which, so each is told alone; that is safe to repeat. */
  const tellAll = async (events: readonly AlertEvent[], nowMs: number): Promise<Delivery> => {
    const together = await tell(events, nowMs);
    if (together.result !== 'drop' || events.length === 1) return together;
    const refused: string[] = [];
    for (const event of events) {
      const alone = await tell([event], nowMs);
      if (alone.result === 'retry') return alone;
      if (alone.result === 'drop') refused.push(`${event.alertname} ${event.fingerprint}: ${alone.reason}`);
    }
    if (refused.length === 0) return { result: 'sent' };
    return { result: 'drop', reason: `${refused.length} of ${events.length} refused: ${refused.join('; ')}` };
  };

  return {
    name,
    type: 'alertmanager',
    accepts: ({ kind }) => kind === 'alert' || kind === 'test',
    deliver: async (event, { nowMs }) => tell([asAlert(event)], nowMs),
    spacingMs,
    resend: { everyMs: resendMs, resolvedForMs, deliver: tellAll },
    close: sender.close,
  };
}
