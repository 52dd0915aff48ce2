import { type AlertIncident, incidentsOf } from '../alerts/index.ts';
import { isoSecond, labelFingerprint, oneLine, wholeSeconds } from '../core/index.ts';
import type { HistoryReader } from '../history/index.ts';
import { alertWords, type WordContext } from '../monitor/index.ts';
import { rollbackRuns } from '../release/index.ts';

/** What a report on an incident is made from. */
export interface IncidentSource {
  /** The watched service. */
  name: string;
  history: HistoryReader;
  words: WordContext;
  nowMs: number;
}

const blank = '_(to be filled in by a person)_';
/** How long before an incident a deployment may have caused it. */
const beforeMs = 2 * 3_600_000;

const span = (ms: number): string => wholeSeconds(Math.max(0, ms));
const cell = (text: string): string => oneLine(text).replaceAll('|', '\\|');

type Member = AlertIncident['members'][number];

/** What a member said when it fired, with the value of that time. */
function saysOf(
  { rule, labels, isNew, fingerprint, firedMs }: Member,
  { history, words }: IncidentSource,
): string {
  const fired = history
    .transitions(firedMs, firedMs)
    .find((one) => one.to === 'firing' && labelFingerprint(one.labels) === fingerprint);
  return alertWords({ rule, labels, isNew, value: fired?.value }, words).summary;
}

interface Happened {
  atMs: number;
  text: string;
}

/** Everything that was recorded around an incident, oldest first. */
function timeline(incident: AlertIncident, source: IncidentSource): Happened[] {
  const { history, nowMs } = source;
  const { startedMs, endedMs = nowMs, members } = incident;
  const keys = new Set(members.map(({ fingerprint }) => fingerprint));
  const by = (who: string | undefined) => (who === undefined ? '' : ` by ${who}`);
  return [
    ...history
      .deployments(startedMs - beforeMs, endedMs)
      .map(({ timeMs, release, who }) => ({ atMs: timeMs, text: `${release} was deployed${by(who)}` })),
    ...members.map((member) => ({
      atMs: member.firedMs,
      text: `${member.rule} fired: ${saysOf(member, source)}`,
    })),
    ...members.flatMap(({ rule, labels, endedMs: overMs }) =>
      overMs === undefined
        ? []
        : [{ atMs: overMs, text: `${rule} ${labels.check ?? ''} was resolved`.replace('  ', ' ') }],
    ),
    ...history
      .acknowledgements(startedMs, endedMs)
      .filter(({ alertKey }) => keys.has(alertKey))
      .map(({ timeMs, who, note }) => ({
        atMs: timeMs,
        text: `acknowledged by ${who}${note ? `: ${note}` : ''}`,
      })),
    ...history.maintenance(startedMs, endedMs).map(({ fromMs, toMs, who, reason }) => ({
      atMs: fromMs,
      text: `silenced until ${isoSecond(toMs)}${by(who)}: ${reason}`,
    })),
    ...history.decisions(startedMs, endedMs).map(({ timeMs, to, verdict, askedBy }) => ({
      atMs: timeMs,
      text: `the gate to ${to} % said ${verdict}, asked by ${askedBy}`,
    })),
    ...rollbackRuns(history, startedMs, endedMs).map(({ startedMs: atMs, type, status, who }) => ({
      atMs,
      text: `${type} rollback, ${status}${by(who)}`,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
}

/** How many cycles ran during an incident, and which checks failed in how many of them. */
function cyclesText({ startedMs, endedMs }: AlertIncident, { history, nowMs }: IncidentSource): string[] {
  const toMs = endedMs ?? nowMs;
  const failed = new Map<string, number>();
  const range = { fromMs: startedMs, toMs };
  for (const { check, outcome, count } of history.outcomeCounts(range, 60_000))
    if (outcome === 'fail') failed.set(check, (failed.get(check) ?? 0) + count);
  if (failed.size === 0) return ['No check failed in a cycle of that time.'];
  const sorted = [...failed].sort((a, b) => b[1] - a[1]);
  return [
    '| check | failed cycles |',
    '|---|---|',
    ...sorted.map(([check, count]) => `| ${cell(check)} | ${count} |`),
  ];
}

/** The report on an incident, rolled back or not: what is known, and a blank for what only a person can know. */
export function incidentMarkdown(incident: AlertIncident, source: IncidentSource): string {
  const { name, nowMs } = source;
  const { id, startedMs, endedMs, members } = incident;
  const [first] = members;
  const summary = incidentsOf({ incidents: { [id]: incident } })[0];
  const ended =
    endedMs === undefined
      ? `still open after ${span(nowMs - startedMs)}`
      : `${isoSecond(endedMs)}, after ${span(endedMs - startedMs)}`;
  return [
    `# Incident report: ${oneLine(name)}, ${isoSecond(startedMs)}`,
    '',
    `**${first ? oneLine(saysOf(first, source)) : 'No alert is recorded'}**`,
    '',
    `- Id: ${id}`,
    `- Start: ${isoSecond(startedMs)}`,
    `- End: ${ended}`,
    `- Started by: ${oneLine(summary?.startedBy ?? 'unknown')}`,
    `- Followed by: ${oneLine(summary?.followedBy.join(', ') || 'nothing')}`,
    '',
    '## Timeline',
    '',
    '| time | what |',
    '|---|---|',
    ...timeline(incident, source).map(({ atMs, text }) => `| ${isoSecond(atMs)} | ${cell(text)} |`),
    '',
    '## Failing checks',
    '',
    ...cyclesText(incident, source),
    '',
    '## For a person',
    '',
    `- Who was affected, and how: ${blank}`,
    `- Root cause: ${blank}`,
    `- What was done: ${blank}`,
    `- Why the checks before the deployment did not find it: ${blank}`,
    `- Who was told, and when: ${blank}`,
    `- Follow-ups, with owner and date: ${blank}`,
    '',
  ].join('\n');
}
