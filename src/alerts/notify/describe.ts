import { formatAgainst, formatValue, oneLine, parseLimit, printable, type Unit } from '../../core/index.ts';
import { nameOf } from '../engine/explain.ts';
import type { AlertEvent, NotificationEvent } from './event.ts';

/** At most `length` UTF-16 units, never half a character, `…` for what is missing. */
export function clipped(text: string, length: number): string {
  const sound = text.toWellFormed();
  if (sound.length <= length) return sound;
  // A pair of surrogates that the cut would split is left out whole.
  return `${sound.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Text of others on several lines: no escape sequence, no control character, at most `length` long. */
export function plainText(text: string, length: number): string {
  // Cut first, so that cleaning never works on more than a message can hold.
  return clipped(printable(clipped(text, length * 2).replaceAll('\r\n', '\n')), length);
}

const testSentence = 'a test of this channel, nothing is wrong';

function prefixOf(event: AlertEvent): string {
  if (event.acknowledgedBy) return `ACKNOWLEDGED by ${oneLine(event.acknowledgedBy)}`;
  if (event.state === 'resolved') return 'RESOLVED';
  return event.reminder ? `STILL FIRING, reminder ${event.reminder}` : 'FIRING';
}

/** One line that says all that matters; safe for a log, a subject or a title. */
export function titleOf(event: NotificationEvent, source: string): string {
  switch (event.kind) {
    case 'alert':
      return oneLine(
        `[${prefixOf(event)}] ${event.priority} ${event.alertname} on ${source}: ${event.annotations.summary}`,
      );
    case 'change':
      return oneLine(`[${event.change.toUpperCase()}] ${source}: ${event.summary}`);
    case 'test':
      return oneLine(`[TEST${event.state === 'resolved' ? ' ended' : ''}] ${source}: ${testSentence}`);
    case 'heartbeat':
      return oneLine(`[HEARTBEAT ${event.state}] ${source}${event.summary ? `: ${event.summary}` : ''}`);
  }
}

/** The longest text of one field. */
const longest = 4000;

/** The most alerts of an incident that one message names. */
const mostNamed = 20;

/** What the alert belongs to, where it is not alone: what started it, and what followed. */
function incidentText({ incident, alertname, labels }: AlertEvent): string | undefined {
  if (!incident || incident.followedBy.length === 0) return undefined;
  const { startedBy, followedBy } = incident;
  const isStart = startedBy === nameOf({ rule: alertname, labels });
  const more = followedBy.length > mostNamed ? ` and ${followedBy.length - mostNamed} more` : '';
  const followers = `followed by: ${followedBy.slice(0, mostNamed).join(', ')}${more}`;
  return isStart ? followers : `started by: ${startedBy}; ${followers}`;
}

/** The value beside its limit, which an event has as text. */
function valueAgainst(value: number, unit: Unit, threshold = ''): string {
  const limit = parseLimit(threshold)?.bound.value;
  return limit === undefined ? formatValue(value, unit) : formatAgainst(value, limit, unit);
}

/** What stands under the title, as label and text; texts of others, made printable. */
export function factsOf(event: NotificationEvent): [label: string, text: string][] {
  if (event.kind === 'change') {
    const details = Object.entries(event.details ?? {}).slice(0, 20);
    return [
      ['When', event.at],
      ...details.map(([label, text]): [string, string] => [oneLine(label), plainText(text, longest)]),
      ...(event.link ? [['Link', oneLine(event.link)] as [string, string]] : []),
    ];
  }
  if (event.kind !== 'alert') return [['When', event.at]];
  const { annotations, value, unit, threshold } = event;
  const shown = value === undefined ? undefined : unit ? valueAgainst(value, unit, threshold) : String(value);
  const rows: [string, string | undefined][] = [
    ['What', annotations.description],
    ['Value', shown],
    ['Limit', threshold],
    ['Next', annotations.next],
    ['Runbook', annotations.runbook],
    ['Severity', event.severity],
    ['Since', event.startsAt],
    ['Incident', incidentText(event)],
    ['Until', event.state === 'resolved' ? event.endsAt : undefined],
    // At the end: what is pasted next.
    ['Run', annotations.run],
  ];
  return rows.flatMap(([label, text]): [string, string][] =>
    text ? [[label, plainText(text, longest)]] : [],
  );
}

/** The address when it is one that may become a link. */
export function linkOf(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url && /^https?:$/.test(url.protocol) && url.href.length <= 2000 ? url.href : undefined;
}
