import type { ShownAlert as Alert } from '../open-alerts.ts';
import type { rolloutView } from '../view/rollout.ts';
import type { Content } from './live.ts';
import { spanText } from './time.ts';

type Rollout = NonNullable<ReturnType<typeof rolloutView>>;
type Incident = { lead: string; others: string[] };

/** Text of others as text of Markdown. */
const plain = (text: string) => text.replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`);

const stageText = ({ release, percent, stray }: Rollout) =>
  stray
    ? `The stage of ${percent} % of ${plain(release)} is taken; ${plain(stray)}.`
    : `${plain(release)} has ${percent} % of the traffic.`;

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
  const stage = rollout ? [stageText(rollout)] : [];
  return [
    `**${plain(headline.lead)}**: ${plain(headline.because)}`,
    ...(headline.next ? [`Next: ${plain(headline.next)}`] : []),
    ...incidents,
    ...stage,
    `${plain(content.get('meta').name)}, ${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${location.origin}`,
  ].join('\n');
}
