import { createHash } from 'node:crypto';
import { below, oneLine } from '../../core/index.ts';
import type { Channel } from './channel.ts';
import { clipped, linkOf, plainText, titleOf } from './describe.ts';
import type { AlertEvent, ChangeEvent } from './event.ts';
import { type HttpChannelOptions, httpChannel, unexpectedAnswer } from './http-delivery.ts';
import { asAlert, identityLabels } from './identity-labels.ts';
import { annotationsOf } from './webhook.ts';

export interface PagerDutyContext {
  routingKey: string;
  source: string;
}

/** PagerDuty's limits. */
const summaryLength = 1024;
const dedupLength = 255;
const mostBytes = 512 * 1024;

function actionOf(event: AlertEvent): 'trigger' | 'acknowledge' | 'resolve' {
  if (event.state === 'resolved') return 'resolve';
  return event.acknowledgedBy ? 'acknowledge' : 'trigger';
}

function dedupKeyOf({ fingerprint }: AlertEvent): string {
  return fingerprint.length <= dedupLength
    ? fingerprint
    : createHash('sha256').update(fingerprint).digest('hex');
}

/** An event of the Events API v2; the fingerprint joins trigger, acknowledge and resolve. */
export function pagerDutyPayload(event: AlertEvent, { routingKey, source }: PagerDutyContext) {
  const runbook = linkOf(event.annotations.runbook);
  const labels = identityLabels(event);
  const made = {
    routing_key: routingKey,
    event_action: actionOf(event),
    dedup_key: dedupKeyOf(event),
    payload: {
      summary: clipped(titleOf(event, source), summaryLength),
      source: oneLine(source),
      severity: event.severity,
      timestamp: event.startsAt,
      component: oneLine(labels.component ?? labels.check ?? source),
      group: oneLine(event.groupKey),
      class: oneLine(event.alertname),
      custom_details: { ...annotationsOf(event), labels } as Record<string, unknown>,
    },
    client: 'Vigil',
    ...(linkOf(event.generatorURL) && { client_url: linkOf(event.generatorURL) }),
    ...(runbook && { links: [{ href: runbook, text: 'Runbook' }] }),
  };
  // Only the labels have no limit of their own.
  if (Buffer.byteLength(JSON.stringify(made)) <= mostBytes) return made;
  const custom_details: Record<string, unknown> = {
    ...annotationsOf(event),
    labels: 'left out: too long',
  };
  return { ...made, payload: { ...made.payload, custom_details } };
}

/** A deployment or rollback as change event, which pages nobody. */
export function pagerDutyChange(event: ChangeEvent, { routingKey, source }: PagerDutyContext) {
  const details = Object.entries(event.details ?? {}).slice(0, 50);
  const link = linkOf(event.link);
  return {
    routing_key: routingKey,
    payload: {
      summary: clipped(titleOf(event, source), summaryLength),
      timestamp: event.at,
      source: oneLine(source),
      custom_details: {
        change: event.change,
        ...Object.fromEntries(details.map(([name, text]) => [oneLine(name), plainText(text, 2000)])),
      },
    },
    ...(link && { links: [{ href: link, text: 'Details' }] }),
  };
}

/** PagerDuty: alerts as events, changes as change events. */
export function pagerDutyChannel(options: HttpChannelOptions & PagerDutyContext): Channel {
  const { name, url, timeoutMs, ...context } = options;
  return httpChannel({
    name,
    type: 'pagerduty',
    accepts: ({ kind }) => kind !== 'heartbeat',
    timeoutMs,
    post: (event) => ({
      url: below(url, event.kind === 'change' ? '/v2/change/enqueue' : '/v2/enqueue'),
      json:
        event.kind === 'change' ? pagerDutyChange(event, context) : pagerDutyPayload(asAlert(event), context),
      judge: (answer, fate) =>
        fate.result === 'sent' && answer.status !== 202 ? unexpectedAnswer('202', answer) : fate,
    }),
  });
}
