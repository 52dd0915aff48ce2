import { type AlertRule, ruleDefinitions } from '../../../alerts/index.ts';
import { formatValue, type ThresholdTable, type Unit } from '../../../core/index.ts';
import type { AlertEpisode } from '../alert-episodes.ts';
import type { ReportDocument } from '../document.ts';
import { queriedText } from '../queries.ts';
import { alertTitle, lengthText, timeText } from '../words.ts';
import { paragraph, type Section, section, table } from './block.ts';

/** Rules by name, for the unit of a value. */
export type UnitOf = (alert: string) => Unit | undefined;

/** The unit in which a rule's value is read. */
export function unitsOf(rules: readonly Pick<AlertRule, 'name' | 'unit'>[], table: ThresholdTable): UnitOf {
  return (alert) => {
    const subject = ruleDefinitions.find(({ name }) => name === alert)?.subject;
    return (
      rules.find(({ name }) => name === alert)?.unit ??
      (subject?.by === 'threshold' ? table[subject.signal].unit : undefined)
    );
  };
}

const byTrigger: Record<string, Unit> = {
  error_ratio: 'ratio',
  pass_rate: 'ratio',
  latency_p95: 'seconds',
  service_down: 'ratio',
};

function firedAt({ alert, labels, value }: AlertEpisode, unitOf: UnitOf): string {
  if (value === null) return '';
  const unit = alert === 'RollbackRequired' ? byTrigger[labels.trigger ?? ''] : unitOf(alert);
  return formatValue(value, unit ?? 'count');
}

/** Every alert with how long it fired. */
export function alertSection({ alerts, toMs }: ReportDocument, unitOf: UnitOf): Section {
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
          'taken by',
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
          firedAt(episode, unitOf),
          episode.acknowledgedBy ?? '',
        ]),
      ),
  );
}
