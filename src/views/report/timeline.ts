import type { HistoryReader } from '../../history/index.ts';
import type { AlertEpisode } from './alert-episodes.ts';
import type { Checks } from './checks.ts';
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

function gateEvents(decisions: readonly Decided[]): TimelineEvent[] {
  return decisions.flatMap(({ atMs, from, to, verdict, conditions, next, askedBy, times, override }) => {
    const way = `${from} % to ${to} %`;
    const open = conditions.filter(({ outcome }) => outcome !== 'pass');
    const why = open.map(({ title, outcome, detail }) => `${title} ${outcome}: ${detail}`).join('; ');
    const decided: TimelineEvent = {
      atMs,
      endMs: null,
      kind: 'gate',
      title: `Gate ${way}: ${verdict}`,
      detail: `${why || 'every condition passed'}. Next: ${next}. Asked by ${askedBy}${times > 1 ? `, ${times} times` : ''}.`,
    };
    if (!override) return [decided];
    return [
      decided,
      {
        atMs,
        endMs: null,
        kind: 'override' as const,
        title: `Override of the gate’s ${verdict}, ${way}`,
        detail: `by ${override.by}: ${override.reason}`,
      },
    ];
  });
}

function rollbackEvents(runs: Decisions['rollbacks']): TimelineEvent[] {
  return runs.map(({ type, reason, trigger, who, startedMs, endedMs, status, stages }) => {
    const steps = stages.map(({ name, status: state, startedMs: begin, endedMs: end }) =>
      begin !== undefined && end !== undefined
        ? `${name} ${state} in ${lengthText(end - begin)}`
        : `${name} ${state}`,
    );
    return {
      atMs: startedMs,
      endMs: endedMs ?? null,
      kind: 'rollback',
      title: `Rollback (${type}): ${status}`,
      detail: [`${trigger ? `trigger ${trigger.name}: ` : ''}${reason}, by ${who}`, steps.join(', ')]
        .filter(Boolean)
        .join('. '),
    };
  });
}

function alertEvents(episodes: readonly AlertEpisode[]): TimelineEvent[] {
  return episodes.map((episode) => ({
    atMs: episode.firedMs,
    endMs: episode.resolvedMs,
    kind: 'alert',
    title: `${alertTitle(episode)} fired`,
    detail: `${episode.severity} ${episode.priority}, ${
      episode.resolvedMs === null
        ? `still firing after ${lengthText(episode.durationMs)}`
        : `resolved after ${lengthText(episode.durationMs)}`
    }${episode.acknowledgedBy === null ? '' : `, taken by ${episode.acknowledgedBy}`}`,
  }));
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Everything that happened in the window, oldest first. */
export function timelineOf(
  reader: HistoryReader,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  told: {
    episodes: readonly AlertEpisode[];
    faults: Checks['faults'];
    gaps: Watched['gaps'];
    decisions: Decisions;
    /** Of the release in production, which may lie before the window. */
    deployedMs: number | undefined;
  },
): TimelineEvent[] {
  const by = (who: string | undefined) => (who === undefined ? '' : `by ${who}`);
  const events: TimelineEvent[] = [
    ...reader
      .deployments(Math.min(fromMs, told.deployedMs ?? fromMs), toMs)
      .map(({ timeMs, release, who, note }) => ({
        atMs: timeMs,
        endMs: null,
        kind: 'deployment' as const,
        title: `Deployment of ${release}`,
        detail: [by(who), note].filter(Boolean).join(': '),
      })),
    ...told.faults.map(({ check, title, fromMs: begin, lastMs, cycles, reason }) => ({
      atMs: begin,
      endMs: cycles > 1 ? lastMs : null,
      kind: 'fault' as const,
      title: `${check} ${title === check ? '' : title} failed`.replace('  ', ' '),
      detail: `${cycles === 1 ? 'in one cycle' : `in ${cycles} cycles one after another`}: ${firstLine(reason)}`,
    })),
    ...alertEvents(told.episodes),
    ...gateEvents(told.decisions.decided),
    ...rollbackEvents(told.decisions.rollbacks),
    ...told.gaps.map(({ fromMs: begin, toMs: end, reason }) => ({
      atMs: begin,
      endMs: end,
      kind: 'gap' as const,
      title: `Nothing watched for ${lengthText(end - begin)}`,
      detail: reason,
    })),
    ...reader.maintenance(fromMs, toMs).map((window) => ({
      atMs: window.fromMs,
      endMs: window.toMs,
      kind: 'maintenance' as const,
      title: `Maintenance declared ${by(window.who)}`.trim(),
      detail: window.reason,
    })),
    ...reader.acknowledgements(fromMs, toMs).map(({ timeMs, alertKey, who, note }) => {
      const known = told.episodes.find(
        ({ acknowledgedBy, firedMs, resolvedMs }) =>
          acknowledgedBy === who && firedMs <= timeMs && timeMs <= (resolvedMs ?? toMs),
      );
      return {
        atMs: timeMs,
        endMs: null,
        kind: 'acknowledgement' as const,
        title: `${known ? alertTitle(known) : `Alert ${alertKey.slice(0, 8)}`} taken by ${who}`,
        detail: note ?? '',
      };
    }),
  ];
  return events.sort((a, b) => a.atMs - b.atMs);
}
