import type { ReportDocument } from '../report-schema.ts';
import { kindOf, type TimelineEvent } from '../timeline.ts';
import { lengthText, timeText } from '../words.ts';
import { paragraph, type Section, section, table } from './block.ts';

/** Faults and gaps can be thousands; of everything else each one is shown. */
const shown = 150;
const isMany = ({ kind }: TimelineEvent): boolean => kind === 'fault' || kind === 'gap';

function lengthOf({ atMs, endMs, kind }: TimelineEvent): string {
  if (endMs !== null) return lengthText(endMs - atMs);
  return kind === 'alert' || kind === 'rollback' ? 'not ended' : '';
}

/** What happened, oldest first. */
export function timelineSection({ timeline, checks, alerts }: ReportDocument): Section {
  const many = timeline.filter(isMany);
  const lengthMs = ({ atMs, endMs }: TimelineEvent) => (endMs ?? atMs) - atMs;
  const longest = new Set(many.toSorted((a, b) => lengthMs(b) - lengthMs(a)).slice(0, shown));
  const kept = timeline.filter((event) => !isMany(event) || longest.has(event));
  const queries = [checks.faultListing.id, alerts.listing.id];
  if (kept.length === 0) {
    const none = 'Nothing is recorded: no deployment, no fault, no alert, no decision, no rollback.';
    return section('Timeline', paragraph(none, ...queries));
  }
  const cut =
    many.length > shown
      ? ` The longest ${shown} of ${many.length} faults and gaps are shown; of everything else each one.`
      : '';
  return section(
    'Timeline',
    paragraph(
      `Times are UTC. A fault is a check that failed, from its first failing cycle to the begin of its last.${cut}`,
      ...queries,
    ),
    table(
      ['time', 'what', 'event', 'lasted', 'detail'],
      kept.map((event) => [
        timeText(event.atMs),
        { text: kindOf(event).text, tone: kindOf(event).tone },
        event.title,
        lengthOf(event),
        event.detail,
      ]),
    ),
  );
}
