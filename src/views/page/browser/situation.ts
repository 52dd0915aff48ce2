import type { ShownAlert as Alert } from '../open-alerts.ts';
import type { Content } from './live.ts';
import { spanText } from './time.ts';

type Incident = { lead: string; others: string[] };

/** Text of others as text of Markdown. */
const plain = (text: string) => text.replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`);

/** What is the case, as Markdown for the channel of an incident: the sentence, the incidents, the stage. */
export function situationText(content: Content, nowMs: number) {
  const headline = content.get('headline');
  const rollout = content.get('rollout');
  const alertOf = (key: string) => content.get(`alert/${key}`) as Alert | undefined;
  const incidents = (content.get('incidents') as Incident[]).flatMap(({ lead, others }) => {
    const alert = alertOf(lead);
    if (!alert) return [];
    const more = others.length === 0 ? '' : `, with ${others.length} consequences`;
    const taken = alert.acknowledged ? `, acknowledged by ${alert.acknowledged.who}` : '';
    const age = spanText(nowMs - alert.sinceMs);
    return [`- ${alert.priority} ${plain(alert.says)} (${alert.status} for ${age}${taken}${more})`];
  });
  const stage = rollout ? [`${plain(rollout.release)} has ${rollout.percent} % of the traffic.`] : [];
  return [
    `**${plain(headline.lead)}**: ${plain(headline.because)}`,
    ...(headline.next ? [`Next: ${plain(headline.next)}`] : []),
    ...incidents,
    ...stage,
    `${plain(content.get('meta').name)}, ${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${location.origin}`,
  ].join('\n');
}
