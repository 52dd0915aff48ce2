import type { Channel } from './channel.ts';
import { clipped, linkOf, plainText } from './describe.ts';
import type { AlertEvent, NotificationEvent } from './event.ts';
import { type HttpChannelOptions, httpChannel } from './http-delivery.ts';
import { asAlert, identityLabels } from './identity-labels.ts';

/** What Go writes for no time; Alertmanager's `endsAt` while an alert fires. */
const zeroTime = '0001-01-01T00:00:00Z';

/** The annotations as Alertmanager and its receivers know them; none is empty. */
export function annotationsOf(event: AlertEvent): Record<string, string> {
  const { summary, description, next, runbook, run } = event.annotations;
  const rows: [string, string | undefined][] = [
    ['summary', summary],
    ['description', description],
    ['next', next],
    ['runbook_url', runbook],
    ['run', run],
    ['value', event.value === undefined ? undefined : String(event.value)],
    ['unit', event.unit],
    ['threshold', event.threshold],
    ['priority', event.priority],
    ['acknowledged_by', event.acknowledgedBy],
    ['incident', event.incident?.id],
    ['started_by', event.incident?.startedBy],
    ['followed_by', event.incident?.followedBy.join(', ')],
  ];
  return Object.fromEntries(rows.flatMap(([name, text]) => (text ? [[name, plainText(text, 8000)]] : [])));
}

/** An event in the shape of Alertmanager's webhook, version 4. */
export function webhookPayload(event: NotificationEvent, { receiver }: { receiver: string }) {
  const alert = asAlert(event);
  const labels = identityLabels(alert);
  const annotations = annotationsOf(alert);
  return {
    version: '4',
    groupKey: clipped(alert.groupKey, 1024),
    truncatedAlerts: 0,
    status: alert.state,
    receiver,
    groupLabels: { alertname: labels.alertname ?? '' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: '',
    alerts: [
      {
        status: alert.state,
        labels,
        annotations,
        startsAt: alert.startsAt,
        endsAt: alert.state === 'resolved' ? (alert.endsAt ?? alert.startsAt) : zeroTime,
        generatorURL: linkOf(alert.generatorURL) ?? '',
        fingerprint: clipped(alert.fingerprint, 256),
      },
    ],
  };
}

/** A receiver that understands Alertmanager's webhook; `idempotency-key` tells repetitions, `token` is sent as bearer. */
export function webhookChannel(options: HttpChannelOptions & { token?: string | undefined }): Channel {
  const { name, url, token, timeoutMs } = options;
  return httpChannel({
    name,
    type: 'webhook',
    accepts: ({ kind }) => kind === 'alert' || kind === 'test',
    timeoutMs,
    post: (event, { idempotencyKey }) => ({
      url,
      json: webhookPayload(event, { receiver: name }),
      headers: {
        'idempotency-key': idempotencyKey,
        ...(token && { authorization: `Bearer ${token}` }),
      },
    }),
  });
}
