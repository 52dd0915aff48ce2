import type { Channel } from './channel.ts';
import { factsOf, linkOf, titleOf } from './describe.ts';
import type { NotificationEvent } from './event.ts';
import { type HttpChannelOptions, httpChannel, unexpectedAnswer } from './http-delivery.ts';

/** Slack's limits. */
const sectionLength = 3000;
const mostBlocks = 50;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text of others for mrkdwn, at most `length` long after escaping, cut between characters. */
export function mrkdwn(text: string, length: number): string {
  let escaped = '';
  for (const character of text.slice(0, length + 1).toWellFormed()) {
    const next = entities[character] ?? character;
    if (
      escaped.length + next.length > length - 1 &&
      (text.length > length || escaped.length + next.length > length)
    ) {
      return `${escaped}…`;
    }
    escaped += next;
  }
  return escaped;
}

const signs = { critical: ':red_circle:', warning: ':large_yellow_circle:', info: ':large_blue_circle:' };

function signOf(event: NotificationEvent): string {
  if (event.kind !== 'alert') return ':information_source:';
  return event.state === 'resolved' ? ':large_green_circle:' : signs[event.severity];
}

/** `verbatim`: no address, name or channel in somebody else's text becomes a link or a mention. */
const section = (text: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text, verbatim: true },
});

/** A message for an incoming webhook: the title, then a section for each fact. */
export function slackPayload(event: NotificationEvent, context: { source: string }) {
  const title = titleOf(event, context.source);
  const runbook = event.kind === 'alert' ? linkOf(event.annotations.runbook) : undefined;
  const facts = factsOf(event).filter(([label]) => label !== 'Runbook' || !runbook);
  const rows = facts.map(([label, text]) => {
    const head = `*${mrkdwn(label, 100)}* `;
    return section(head + mrkdwn(text, sectionLength - head.length));
  });
  // `|` and `>` would end the address early.
  const link = runbook && section(`<${mrkdwn(runbook.replaceAll('|', '%7C'), 2900)}|Runbook>`);
  return {
    text: mrkdwn(title, sectionLength),
    blocks: [
      section(`${signOf(event)} *${mrkdwn(title.replaceAll('*', '∗'), 2900)}*`),
      ...rows,
      ...(link ? [link] : []),
    ].slice(0, mostBlocks),
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** A Slack incoming webhook, whose address is a secret; one message a second. */
export function slackChannel(options: HttpChannelOptions & { source: string }): Channel {
  const { name, url, source, timeoutMs } = options;
  return httpChannel({
    name,
    type: 'slack',
    accepts: ({ kind }) => kind !== 'heartbeat',
    concurrency: 1,
    minIntervalMs: 1000,
    timeoutMs,
    post: (event) => ({
      url,
      json: slackPayload(event, { source }),
      judge: (answer, fate) =>
        fate.result === 'sent' && answer.text.trim() !== 'ok'
          ? unexpectedAnswer('the body "ok"', answer)
          : fate,
    }),
  });
}
