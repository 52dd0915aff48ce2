import { type SignalNaming, windowExpressions } from '../../alerts/index.ts';
import { byText, labelFingerprint } from '../../core/index.ts';
import type { StateReader } from '../../history/index.ts';
import { savedState } from '../../monitor/index.ts';
import type { AlertEpisode } from './alert-episodes.ts';
import type { Decisions } from './decided.ts';
import { type CauseSource, causeText, leadingEpisode } from './incident-cause.ts';
import type { Queries } from './queries.ts';
import type { ReportedIncident } from './report-schema.ts';
import type { ReportWindow } from './window.ts';
import { alertTitle, lengthText } from './words.ts';

/** Impact is asked for so many incidents, the first; each is a query of its own. */
const mostAsked = 20;

const endOf = ({ resolvedMs }: AlertEpisode): number => resolvedMs ?? Number.POSITIVE_INFINITY;

/** Episodes by the incident in which the loop filed them; what it filed nowhere belongs together while it overlaps. */
function grouped(episodes: readonly AlertEpisode[], filed: ReadonlyMap<string, string>): AlertEpisode[][] {
  const known = Map.groupBy(episodes, ({ labels, firedMs }) =>
    filed.get(`${labelFingerprint(labels)}@${firedMs}`),
  );
  const groups = [...known].flatMap(([id, members]) => (id === undefined ? [] : [members]));
  let untilMs = Number.NEGATIVE_INFINITY;
  const rest: AlertEpisode[][] = [];
  for (const episode of known.get(undefined) ?? []) {
    if (episode.firedMs <= untilMs) rest.at(-1)?.push(episode);
    else rest.push([episode]);
    untilMs = Math.max(untilMs, endOf(episode));
  }
  return [...groups, ...rest];
}

function doneOf(
  members: readonly AlertEpisode[],
  rollbacks: Decisions['rollbacks'],
  [fromMs, toMs]: [number, number],
): string[] {
  const takers = [...new Set(members.flatMap(({ acknowledgedBy }) => acknowledgedBy ?? []))];
  return [
    ...takers.map((who) => `acknowledged by ${who}`),
    ...rollbacks
      .filter(({ startedMs }) => startedMs >= fromMs && startedMs <= toMs)
      .map(
        ({ type, status, startedMs }) =>
          `${type} rollback ${status}, ${lengthText(startedMs - fromMs)} after its start`,
      ),
  ];
}

/** Everything that went wrong in the window as incidents, the oldest first; an info alone is none. */
export function incidentsIn(
  queries: Queries,
  reader: StateReader,
  known: Pick<ReportWindow, 'toMs'> & {
    episodes: readonly AlertEpisode[];
    decisions: Decisions;
    naming: SignalNaming;
    causes: CauseSource;
  },
): ReportedIncident[] {
  const { toMs, episodes, decisions, naming, causes } = known;
  const filed = new Map(
    Object.values(savedState(reader, 'alerts')?.incidents ?? {}).flatMap(({ id, members }) =>
      members.map(({ fingerprint, firedMs }) => [`${fingerprint}@${firedMs}`, id] as const),
    ),
  );
  const counted = episodes.filter(({ severity }) => severity !== 'info');
  const groups = grouped(counted, filed)
    .map((members) => members.toSorted((a, b) => a.firedMs - b.firedMs))
    .sort((a, b) => (a[0]?.firedMs ?? 0) - (b[0]?.firedMs ?? 0));
  return groups.flatMap((members, index): ReportedIncident[] => {
    const lead = leadingEpisode(members);
    if (!lead) return [];
    const others = members.filter((member) => member !== lead);
    const startedMs = Math.min(...members.map(({ pendingMs }) => pendingMs));
    const isOpen = members.some(({ resolvedMs }) => resolvedMs === null);
    const endedMs = isOpen ? toMs : Math.max(...members.map(endOf));
    const over = windowExpressions(naming, Math.max(1, endedMs - startedMs));
    const ask = (title: string, expression: typeof over.errors) =>
      index < mostAsked
        ? queries.evaluated(`incident ${index + 1}: ${title}`, 'count', expression, endedMs)
        : undefined;
    return [
      {
        startedMs,
        endedMs: isOpen ? null : endedMs,
        priority: members.map(({ priority }) => priority).sort(byText)[0] ?? lead.priority,
        cause: causeText(lead, members, causes),
        followed: [...new Set(others.map(alertTitle))],
        failed: ask('operations that failed', over.errors),
        operations: ask('operations', over.operations),
        done: doneOf(members, decisions.rollbacks, [startedMs, endedMs]),
      },
    ];
  });
}
