import type { ReportDocument } from '../document.ts';
import type { EventKind, TimelineEvent } from '../timeline.ts';
import { lengthText, timeText } from '../words.ts';
import { type Cell, paragraph, type Section, table } from './block.ts';

/** What a line of the timeline is, in a word. */
const kindText: Record<EventKind, string> = {
  deployment: 'deployment',
  fault: 'fault',
  alert: 'alert',
  gate: 'gate',
  override: 'OVERRIDE',
  rollback: 'rollback',
  gap: 'gap',
  maintenance: 'maintenance',
  acknowledgement: 'taken',
};

/** Faults and gaps can be thousands; of everything else each one is shown. */
const shown = 150;
const isMany = ({ kind }: TimelineEvent): boolean => kind === 'fault' || kind === 'gap';

const tones: Partial<Record<TimelineEvent['kind'], Cell['tone']>> = {
  fault: 'warn',
  alert: 'bad',
  override: 'bad',
  rollback: 'bad',
  gap: 'warn',
};

function lengthOf({ atMs, endMs, kind }: TimelineEvent): string {
  if (endMs !== null) return lengthText(endMs - atMs);
  return kind === 'alert' || kind === 'rollback' ? 'not ended' : '';
}

/** What happened, oldest first. */
export function timelineSection({ timeline, checks, alerts }: ReportDocument): Section {
  const many = timeline.filter(isMany);
  const longest = new Set(
    many.toSorted((a, b) => (b.endMs ?? b.atMs) - b.atMs - ((a.endMs ?? a.atMs) - a.atMs)).slice(0, shown),
  );
  const kept = timeline.filter((event) => !isMany(event) || longest.has(event));
  const queries = [checks.faultListing.id, alerts.listing.id];
  if (kept.length === 0) {
    const none = 'Nothing is recorded: no deployment, no fault, no alert, no decision, no rollback.';
    return { title: 'Timeline', blocks: [paragraph(none, ...queries)] };
  }
  const cut =
    many.length > shown
      ? ` The longest ${shown} of ${many.length} faults and gaps are shown; of everything else each one.`
      : '';
  return {
    title: 'Timeline',
    blocks: [
      paragraph(
        `Times are UTC. A fault is a check that failed, from its first failing cycle to the begin of its last.${cut}`,
        ...queries,
      ),
      table(
        ['time', 'what', 'event', 'lasted', 'detail'],
        kept.map((event) => [
          timeText(event.atMs),
          { text: kindText[event.kind], tone: tones[event.kind] },
          event.title,
          lengthOf(event),
          event.detail,
        ]),
      ),
    ],
  };
}
