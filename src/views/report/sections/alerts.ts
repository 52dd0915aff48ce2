import { type AlertRule, ruleDefinitions, ruleOfAlert } from '../../../alerts/index.ts';
import type { ThresholdTable } from '../../../core/index.ts';
import { valueText } from '../../page/words.ts';
import type { AlertEpisode } from '../alert-episodes.ts';
import { queriedText } from '../queries.ts';
import type { ReportDocument } from '../report-schema.ts';
import { alertTitle, lengthText, timeText } from '../words.ts';
import { paragraph, type Section, section, table } from './block.ts';

/** How the value of an alert is read: its unit, and the limit that it stands beside. */
export type MeasureOf = (
  alert: Pick<AlertEpisode, 'alert' | 'labels'>,
) => Partial<Pick<AlertRule, 'unit' | 'limit'>>;

/** By the rule of an alert; by its threshold, where that rule is not judged any more. */
export function measuresOf(rules: readonly AlertRule[], table: ThresholdTable): MeasureOf {
  return ({ alert, labels }) => {
    const rule = rules.find(({ name }) => name === alert);
    if (rule) return ruleOfAlert(rule, { labels });
    const subject = ruleDefinitions.find(({ name }) => name === alert)?.subject;
    if (subject?.by !== 'threshold') return {};
    const { unit, [subject.level]: limit } = table[subject.signal];
    return { unit, limit };
  };
}

function firedAt(episode: AlertEpisode, measureOf: MeasureOf): string {
  const { unit = 'count', limit } = measureOf(episode);
  return valueText(episode.value ?? undefined, unit, limit) ?? '';
}

/** Every alert with how long it fired. */
export function alertSection({ alerts, toMs }: ReportDocument, measureOf: MeasureOf): Section {
  const { episodes, listing, neverFired } = alerts;
  const critical = episodes.filter(({ severity }) => severity === 'critical');
  const summary =
    episodes.length === 0
      ? 'No alert fired.'
      : `${episodes.length} alert${episodes.length === 1 ? '' : 's'} fired, ${critical.length} of them critical.`;
  return section(
    'Alerts',
    paragraph(
      `${summary} ${queriedText(neverFired)} breaches ended before the time of their rule was over.`,
      listing.id,
      neverFired.id,
    ),
    episodes.length > 0 &&
      table(
        [
          'alert',
          'severity',
          'first breach (UTC)',
          'fired (UTC)',
          'resolved (UTC)',
          'fired for',
          'value',
          'acknowledged by',
        ],
        episodes.map((episode) => [
          alertTitle(episode),
          {
            text: `${episode.severity} ${episode.priority}`,
            tone: episode.severity === 'critical' ? 'bad' : undefined,
          },
          timeText(episode.pendingMs),
          timeText(episode.firedMs),
          episode.resolvedMs === null
            ? { text: `still firing at ${timeText(toMs)}`, tone: 'bad' }
            : timeText(episode.resolvedMs),
          lengthText(episode.durationMs),
          firedAt(episode, measureOf),
          episode.acknowledgedBy ?? '',
        ]),
      ),
  );
}
