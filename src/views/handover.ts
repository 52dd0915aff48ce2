import { formatDuration, oneLine } from '../core/index.ts';
import type { HistoryReader } from '../history/index.ts';
import { type ListedAlert, listAlerts, type WordContext } from '../monitor/index.ts';
import {
  askHistory,
  type GateSetup,
  isBack,
  isTakenAway,
  type RecordedRollback,
  rolloutStanding,
} from '../release/index.ts';
import { mixedReleases, mixedReleasesText } from '../suite/index.ts';

/** What a handover is made from. */
export interface HandoverSource {
  history: HistoryReader;
  setup: GateSetup;
  words: WordContext;
  nowMs: number;
}

/** A time as people read it, with the date where that is another day. */
function timeText(ms: number, nowMs: number): string {
  const text = new Date(ms).toISOString();
  const clock = `${text.slice(11, 16)} UTC`;
  return text.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)
    ? clock
    : `${text.slice(0, 10)} ${clock}`;
}

/** To the minute, and to the second below one. */
function ageText(ms: number): string {
  const stepMs = ms < 60_000 ? 1000 : 60_000;
  return formatDuration(Math.max(0, Math.floor(ms / stepMs) * stepMs));
}

/** `one`, `2 checks`. */
const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

/** At most so many things are told; the rest is a number. */
const mostShown = 4;

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, mostShown).join('; ');
  return texts.length > mostShown ? `${shown}; and ${texts.length - mostShown} more` : shown;
}

type Standing = NonNullable<ReturnType<typeof rolloutStanding>>;

/** A text as the middle of a sentence. */
const clause = (text: string): string => oneLine(text).replace(/[.:;\s]+$/, '');

/** When a release was or is rolled back, by what, why, and how it ended. */
function rollbackText({ release }: Standing, rollback: RecordedRollback, nowMs: number): string {
  const { status, startedMs, endedMs = startedMs, kind, who, reason, result, isSettled } = rollback;
  const why = `${kind}${who === undefined ? '' : `, by ${oneLine(who)}`}: ${clause(reason ?? rollback.detail)}`;
  const begun = timeText(startedMs, nowMs);
  if (status === 'under way') return `A rollback of ${release} is under way since ${begun} (${why})`;
  const ended = timeText(endedMs, nowMs);
  const came = result === undefined ? '' : `: ${clause(result)}`;
  if (status === 'done') return `${release} was rolled back at ${ended} (${why}); it succeeded${came}`;
  const closed = isSettled ? '; a person has closed it' : '';
  return `A rollback of ${release} was begun at ${begun} (${why}) and did not succeed (${ended})${came}${closed}`;
}

/** The instances that run several releases although one has all of the traffic, or was rolled back. */
function mixedText({ history }: HandoverSource, { release, percent, rollback }: Standing): string {
  if (percent < 100 && !isBack(rollback)) return '';
  return mixedReleasesText(mixedReleases(history.latestCycle()?.identity?.releases ?? {}, release));
}

function stageSentence(source: HandoverSource): string {
  const { history, setup, nowMs } = source;
  const standing = rolloutStanding(history, setup, nowMs);
  if (!standing) return 'No rollout is recorded.';
  const { release, percent, sinceMs, missing, rollback } = standing;
  const since = timeText(sinceMs, nowMs);
  const mixed = mixedText(source, standing);
  const wrong = mixed === '' ? missing && oneLine(missing.detail) : `mixed releases, ${mixed}`;
  const but = wrong ? `; ${wrong}` : '';
  if (rollback) {
    const stage =
      percent === 0 ? 'before its first stage' : `the stage of ${percent} % was taken at ${since}`;
    return `${rollbackText(standing, rollback, nowMs)}; ${stage}${but}.`;
  }
  if (percent === 0) return `${release} is deployed since ${since} and has no traffic yet.`;
  const age = `since ${since}, for ${ageText(nowMs - sinceMs)}`;
  // What was let through is not what is there.
  if (wrong) return `The stage of ${percent} % of ${release} is taken ${age}${but}.`;
  return `${release} has ${percent} % of the traffic ${age}.`;
}

function openSentence(alerts: readonly ListedAlert[], nowMs: number): string {
  const causes = alerts.filter(({ alert }) => alert.mute?.kind !== 'inhibited');
  if (causes.length === 0) return 'No alert is open.';
  const texts = causes.map(({ alert, words }) => {
    const state = alert.status === 'pending' ? ', pending' : '';
    return `${alert.labels.priority ?? 'P1'} ${oneLine(words.summary)} (${ageText(nowMs - alert.sinceMs)}${state})`;
  });
  const follow = alerts.length - causes.length;
  const more =
    follow === 0 ? '' : `; ${count(follow, 'other alert')} ${follow === 1 ? 'follows' : 'follow'} from these`;
  return `Open: ${listed(texts)}${more}.`;
}

function silencedSentence({ history, nowMs }: HandoverSource, alerts: readonly ListedAlert[]): string {
  const taken = alerts.flatMap(({ id, alert, acknowledgedBy }) =>
    acknowledgedBy === undefined
      ? []
      : [`${alert.rule} ${alert.labels.check ?? id} acknowledged by ${acknowledgedBy}`],
  );
  const silences = history.maintenance(nowMs, nowMs).map(({ reason, toMs, who, matchers }) => {
    const whom = matchers.map(({ label, operator, value }) => `${label}${operator}${value}`).join(', ');
    return `${whom || 'all alerts'} silenced until ${timeText(toMs, nowMs)}${who ? ` by ${who}` : ''} (${reason})`;
  });
  const texts = [...silences, ...taken].map(oneLine);
  return texts.length === 0 ? 'Nothing is silenced or acknowledged.' : `${listed(texts)}.`;
}

function unprovenSentence({ history, nowMs }: HandoverSource): string {
  const last = history.latestCycle();
  const unknown = (last?.outcomes ?? []).filter(({ outcome }) => outcome === 'unknown');
  const { due, observed, ratio } = history.coverage(nowMs - 48 * 3_600_000, nowMs);
  const texts = [
    ...(last ? [] : ['no cycle is recorded']),
    ...(unknown[0]
      ? [
          `${count(unknown.length, 'check')} could not be judged (${oneLine(unknown[0].reason ?? unknown[0].id)})`,
        ]
      : []),
    ...(ratio !== undefined && ratio < 1
      ? [`${due - observed} of ${due} cycles of the last 48h were missed`]
      : []),
    ...(last?.problems ?? []).map(oneLine),
  ];
  return texts.length === 0
    ? 'Every declared check was judged, and no cycle of the last 48h was missed.'
    : `Not proven: ${listed(texts)}.`;
}

function gateSentence(source: HandoverSource): string {
  const { history, setup, nowMs } = source;
  const standing = rolloutStanding(history, setup, nowMs);
  if (!standing) return 'No gate is due.';
  const { next, missing, rollback } = standing;
  if (!next) {
    if (isBack(rollback))
      return 'No gate is due: deploy what is to be rolled out, and record it with vigil gate --deployed RELEASE.';
    const isWhole = !missing && !isTakenAway(rollback) && mixedText(source, standing) === '';
    return isWhole ? 'All traffic is on this release.' : 'The last stage is taken.';
  }
  const { decision } = askHistory(
    history,
    setup,
    { to: next.percent, askedBy: 'handover', via: 'handover' },
    nowMs,
  );
  const gate = `The gate to ${next.percent} %`;
  if (decision.verdict === 'pass') return `${gate} is open now.`;
  const first = decision.conditions.find(({ id }) => id === decision.first);
  const why = first ? `: ${first.title}, ${clause(first.detail)}` : '';
  const againMs = decision.askAgainAtMs;
  const when =
    againMs === undefined
      ? 'is blocked; waiting will not help'
      : `can open at ${timeText(Math.max(againMs, next.soakEndsMs), nowMs)} at the earliest`;
  return `${gate} ${when}${why}.`;
}

/** What the next shift must know, in five sentences. */
export function handover(source: HandoverSource) {
  const alerts = listAlerts(source.history, source.words, source.nowMs);
  return {
    stage: stageSentence(source),
    open: openSentence(alerts, source.nowMs),
    silenced: silencedSentence(source, alerts),
    unproven: unprovenSentence(source),
    gate: gateSentence(source),
  };
}
