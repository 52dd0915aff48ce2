import { grouped } from '../../../core/index.ts';

import type { ReportDocument, ReportedIncident } from '../report-schema.ts';
import { lengthText, timeText } from '../words.ts';
import { type Cell, paragraph, type Section, section, table } from './block.ts';

/** How many operations failed meanwhile, and of how many. */
function impact({ failed, operations }: ReportedIncident): Cell {
  if (!failed || failed.value === null) return { text: 'not counted' };
  const whole = (value: number) => grouped(Math.round(value));
  const all = operations?.value == null ? '' : ` of ${whole(operations.value)}`;
  return {
    text: `${whole(failed.value)}${all} operations failed`,
    queries: [failed.id, ...(operations ? [operations.id] : [])],
  };
}

/** When it ended; without the date where that is the day of its start. */
function endCell({ startedMs, endedMs }: ReportedIncident): Cell {
  if (endedMs === null) return { text: 'still open', tone: 'bad' };
  const [startDay, [day, time = '']] = [timeText(startedMs).split(' ')[0], timeText(endedMs).split(' ')];
  return { text: day === startDay ? time : timeText(endedMs) };
}

const followedText = ({ followed }: ReportedIncident): string => {
  const shown = followed.slice(0, 6).join(', ');
  return followed.length > 6 ? `${shown} and ${grouped(followed.length - 6)} more` : shown;
};

/** What went wrong as one, each with its cause, what it cost and what was done. */
export function incidentSection({ incidents, toMs }: ReportDocument): Section {
  if (incidents.length === 0) return section('Incidents', paragraph('No incident.'));
  return section(
    'Incidents',
    table(
      ['start (UTC)', 'end (UTC)', 'lasted', 'priority', 'cause', 'consequences', 'impact', 'what was done'],
      incidents.map((incident) => [
        timeText(incident.startedMs),
        endCell(incident),
        lengthText((incident.endedMs ?? toMs) - incident.startedMs),
        incident.priority,
        incident.cause,
        followedText(incident),
        impact(incident),
        incident.done.join('; '),
      ]),
    ),
  );
}

/** What is left to do, and who says yes: to be filled in by people. */
export function signOffSection({ incidents }: ReportDocument): Section {
  const blank = '';
  const open = incidents.map(({ startedMs, cause }) => [
    `${cause}, ${timeText(startedMs)}`,
    blank,
    blank,
    blank,
  ]);
  return section(
    'Follow-ups and sign-off',
    table(
      ['follow-up of', 'what keeps it from happening again', 'owner', 'until'],
      open.length > 0 ? open : [[blank, blank, blank, blank]],
    ),
    table(
      ['role', 'name', 'decision', 'date'],
      ['release manager', 'on call', 'service owner'].map((role) => [role, blank, blank, blank]),
    ),
  );
}
