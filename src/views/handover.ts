import { formatDuration, oneLine } from '../core/index.ts';
import type { HistoryReader } from '../history/index.ts';
import { type ListedAlert, listAlerts, type WordContext } from '../monitor/index.ts';
import { askHistory, type GateSetup, rolloutStanding } from '../release/index.ts';

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

function stageSentence({ history, setup, nowMs }: HandoverSource): string {
  const standing = rolloutStanding(history, setup, nowMs);
  if (!standing) return 'No rollout is recorded.';
  const { release, percent, sinceMs } = standing;
  const since = timeText(sinceMs, nowMs);
  if (percent === 0) return `${release} is deployed since ${since} and has no traffic yet.`;
  const missing = standing.missing ? `; ${oneLine(standing.missing.detail)}` : '';
  return `${release} has ${percent} % of the traffic since ${since}, for ${ageText(nowMs - sinceMs)}${missing}.`;
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

function gateSentence({ history, setup, nowMs }: HandoverSource): string {
  const standing = rolloutStanding(history, setup, nowMs);
  if (!standing) return 'No gate is due.';
  const { next, missing } = standing;
  if (!next) return missing ? 'The last stage is taken.' : 'All traffic is on this release.';
  const { decision } = askHistory(
    history,
    setup,
    { to: next.percent, askedBy: 'handover', via: 'handover' },
    nowMs,
  );
  const gate = `The gate to ${next.percent} %`;
  if (decision.verdict === 'pass') return `${gate} is open now.`;
  const open =
    decision.conditions.find(({ outcome }) => outcome === 'fail') ??
    decision.conditions.find(({ outcome }) => outcome === 'unknown');
  const why = open ? `: ${open.title}, ${oneLine(open.detail)}` : '';
  const atMs = Math.max(decision.askAgainAtMs ?? 0, next.soakEndsMs);
  const when =
    atMs > nowMs
      ? `can open at ${timeText(atMs, nowMs)} at the earliest`
      : 'is blocked; waiting will not help';
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
