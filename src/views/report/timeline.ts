import type { HistoryReader } from '../../history/index.ts';
import type { AlertEpisode } from './alert-episodes.ts';
import type { Fault } from './checks.ts';
import type { Decided, Decisions } from './decided.ts';
import type { Watched } from './watched.ts';
import { alertTitle, lengthText } from './words.ts';

export type EventKind =
  | 'deployment'
  | 'fault'
  | 'alert'
  | 'gate'
  | 'override'
  | 'rollback'
  | 'gap'
  | 'maintenance'
  | 'acknowledgement';

/** One thing that happened, as a line of the timeline. */
export interface TimelineEvent {
  atMs: number;
  /** `null` for what has no length, or has not ended. */
  endMs: number | null;
  kind: EventKind;
  title: string;
  detail: string;
}

const event = (
  kind: EventKind,
  [atMs, endMs]: [atMs: number, endMs?: number | null | undefined],
  title: string,
  detail: string,
): TimelineEvent => ({ atMs, endMs: endMs ?? null, kind, title, detail });

function gateEvents({ atMs, from, to, verdict, conditions, next, ...asked }: Decided): TimelineEvent[] {
  const { askedBy, times, override } = asked;
  const way = `${from} % to ${to} %`;
  const open = conditions.filter(({ outcome }) => outcome !== 'pass');
  const why = open.map(({ title, outcome, detail }) => `${title} ${outcome}: ${detail}`).join('; ');
  const often = times > 1 ? `, ${times} times` : '';
  const detail = `${why || 'every condition passed'}. Next: ${next}. Asked by ${askedBy}${often}.`;
  const decided = event('gate', [atMs], `Gate ${way}: ${verdict}`, detail);
  if (!override) return [decided];
  const title = `Override of the gate’s ${verdict}, ${way}`;
  return [decided, event('override', [atMs], title, `by ${override.by}: ${override.reason}`)];
}

function rollbackEvent(run: Decisions['rollbacks'][number]): TimelineEvent {
  const { type, reason, trigger, who, startedMs, endedMs, status } = run;
  const stages = run.stages.map(({ name, status: state, startedMs: begin, endedMs: end }) =>
    begin !== undefined && end !== undefined
      ? `${name} ${state} in ${lengthText(end - begin)}`
      : `${name} ${state}`,
  );
  const why = `${trigger ? `trigger ${trigger.name}: ` : ''}${reason}, by ${who}`;
  const detail = [why, stages.join(', ')].filter(Boolean).join('. ');
  return event('rollback', [startedMs, endedMs], `Rollback (${type}): ${status}`, detail);
}

function alertEvent(episode: AlertEpisode): TimelineEvent {
  const { severity, priority, firedMs, resolvedMs, durationMs, acknowledgedBy } = episode;
  const ended = `${resolvedMs === null ? 'still firing' : 'resolved'} after ${lengthText(durationMs)}`;
  const taken = acknowledgedBy === null ? '' : `, taken by ${acknowledgedBy}`;
  const detail = `${severity} ${priority}, ${ended}${taken}`;
  return event('alert', [firedMs, resolvedMs], `${alertTitle(episode)} fired`, detail);
}

function faultEvent({ check, title, fromMs, lastMs, cycles, reason }: Fault): TimelineEvent {
  const name = title === check ? check : `${check} ${title}`;
  const when = cycles === 1 ? 'in one cycle' : `in ${cycles} cycles one after another`;
  const detail = `${when}: ${reason.split('\n', 1)[0]}`;
  return event('fault', [fromMs, cycles > 1 ? lastMs : null], `${name} failed`, detail);
}

/** What a report knows besides the journals of what people did. */
interface Told {
  episodes: readonly AlertEpisode[];
  faults: readonly Fault[];
  gaps: Watched['gaps'];
  decisions: Decisions;
  /** Of the release in production, which may lie before the window. */
  deployedMs: number | undefined;
}

/** Everything that happened in the window, oldest first. */
export function timelineOf(
  reader: HistoryReader,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  { episodes, faults, gaps, decisions, deployedMs = fromMs }: Told,
): TimelineEvent[] {
  const by = (who: string | undefined) => (who === undefined ? '' : `by ${who}`);
  const takenBy = (who: string, timeMs: number) =>
    episodes.find(
      ({ acknowledgedBy, firedMs, resolvedMs }) =>
        acknowledgedBy === who && firedMs <= timeMs && timeMs <= (resolvedMs ?? toMs),
    );
  const events: TimelineEvent[] = [
    ...reader.deployments(Math.min(fromMs, deployedMs), toMs).map(({ timeMs, release, who, note }) => {
      const detail = [by(who), note].filter(Boolean).join(': ');
      return event('deployment', [timeMs], `Deployment of ${release}`, detail);
    }),
    ...faults.map(faultEvent),
    ...episodes.map(alertEvent),
    ...decisions.decided.flatMap(gateEvents),
    ...decisions.rollbacks.map(rollbackEvent),
    ...gaps.map((gap) => {
      const title = `Nothing watched for ${lengthText(gap.toMs - gap.fromMs)}`;
      return event('gap', [gap.fromMs, gap.toMs], title, gap.reason);
    }),
    ...reader.maintenance(fromMs, toMs).map(({ fromMs: begin, toMs: end, who, reason }) => {
      const title = `Maintenance declared ${by(who)}`.trim();
      return event('maintenance', [begin, end], title, reason);
    }),
    ...reader.acknowledgements(fromMs, toMs).map(({ timeMs, alertKey, who, note }) => {
      const known = takenBy(who, timeMs);
      const alert = known ? alertTitle(known) : `Alert ${alertKey.slice(0, 8)}`;
      return event('acknowledgement', [timeMs], `${alert} taken by ${who}`, note ?? '');
    }),
  ];
  return events.sort((a, b) => a.atMs - b.atMs);
}
