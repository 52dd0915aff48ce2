import type { JournalReader } from '../../history/index.ts';
import type { RollbackRun } from '../../release/index.ts';
import type { AlertEpisode, Alerts } from './alert-episodes.ts';
import type { Checks, Fault } from './checks.ts';
import type { Decided, Decisions } from './decided.ts';
import type { MixedStretch } from './mixed.ts';
import type { Watched } from './watched.ts';
import type { InProduction, ReportWindow } from './window.ts';
import { alertTitle, checkTitle, lengthText } from './words.ts';

interface Kind {
  /** What a line of the timeline is, in a word. */
  text: string;
  tone?: 'bad' | 'warn';
  /** Stands for it in the picture, whose caption explains it. */
  letter?: string;
}

/** What can happen. */
const eventKinds = {
  deployment: { text: 'deployment', letter: 'D' },
  fault: { text: 'fault', tone: 'warn' },
  alert: { text: 'alert', tone: 'bad' },
  gate: { text: 'gate', letter: 'G' },
  override: { text: 'OVERRIDE', tone: 'bad', letter: 'O' },
  rollback: { text: 'rollback', tone: 'bad', letter: 'R' },
  mixed: { text: 'mixed releases', tone: 'warn' },
  gap: { text: 'gap', tone: 'warn' },
  maintenance: { text: 'maintenance' },
  acknowledgement: { text: 'acknowledged' },
} satisfies Record<string, Kind>;
type EventKind = keyof typeof eventKinds;

/** What one of these is called and how it is shown. */
export const kindOf = ({ kind }: TimelineEvent): Kind => eventKinds[kind];

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

function gateEvents(decided: Decided): TimelineEvent[] {
  const { atMs, from, to, verdict, conditions, next, askedBy, times, override } = decided;
  const way = `${from} % to ${to} %`;
  const open = conditions.filter(({ outcome }) => outcome !== 'pass');
  const why = open.map(({ title, outcome, detail }) => `${title} ${outcome}: ${detail}`).join('; ');
  const often = times > 1 ? `, ${times} times` : '';
  const detail = `${why || 'every condition passed'}. Next: ${next}. Asked by ${askedBy}${often}.`;
  const asked = event('gate', [atMs], `Gate ${way}: ${verdict}`, detail);
  if (!override) return [asked];
  const title = `Override of the gate’s ${verdict}, ${way}`;
  return [asked, event('override', [atMs], title, `by ${override.by}: ${override.reason}`)];
}

function rollbackEvent(run: RollbackRun): TimelineEvent {
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
  const taken = acknowledgedBy === null ? '' : `, acknowledged by ${acknowledgedBy}`;
  const detail = `${severity} ${priority}, ${ended}${taken}`;
  return event('alert', [firedMs, resolvedMs], `${alertTitle(episode)} fired`, detail);
}

function faultEvent(fault: Fault): TimelineEvent {
  const { fromMs, lastMs, cycles, reason } = fault;
  const when = cycles === 1 ? 'in one cycle' : `in ${cycles} cycles one after another`;
  const detail = `${when}: ${reason.split('\n', 1)[0]}`;
  return event('fault', [fromMs, cycles > 1 ? lastMs : null], `${checkTitle(fault)} failed`, detail);
}

/** What a report knows besides the journals of what people did. */
interface TimelineInput extends ReportWindow {
  alerts: Alerts;
  checks: Checks;
  watched: Watched;
  decisions: Decisions;
  release: InProduction | null;
  mixed: readonly MixedStretch[];
}

/** Everything that happened in the window, oldest first, and the deployment of the release, which may lie before it. */
export function timelineOf(
  reader: JournalReader,
  {
    fromMs,
    toMs,
    alerts: { episodes },
    checks: { faults },
    watched: { gaps },
    decisions,
    release,
    mixed,
  }: TimelineInput,
): TimelineEvent[] {
  const by = (who: string | undefined) => (who === undefined ? '' : `by ${who}`);
  const takenBy = (who: string, timeMs: number) =>
    episodes.find(
      ({ acknowledgedBy, firedMs, resolvedMs }) =>
        acknowledgedBy === who && firedMs <= timeMs && timeMs <= (resolvedMs ?? toMs),
    );
  const events: TimelineEvent[] = [
    ...reader
      .deployments(Math.min(fromMs, release?.sinceMs ?? fromMs), toMs)
      .map(({ timeMs, release, who, note }) => {
        const detail = [by(who), note].filter(Boolean).join(': ');
        return event('deployment', [timeMs], `Deployment of ${release}`, detail);
      }),
    ...faults.map(faultEvent),
    ...episodes.map(alertEvent),
    ...decisions.decided.flatMap(gateEvents),
    ...decisions.rollbacks.map(rollbackEvent),
    ...mixed.map(({ fromMs: beganMs, toMs: lastMs, text, cycles }) =>
      event(
        'mixed',
        [beganMs, lastMs],
        `Mixed releases in ${cycles === 1 ? 'a cycle' : `${cycles} cycles`}`,
        text,
      ),
    ),
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
      return event('acknowledgement', [timeMs], `${alert} acknowledged by ${who}`, note ?? '');
    }),
  ];
  return events.sort((a, b) => a.atMs - b.atMs);
}
