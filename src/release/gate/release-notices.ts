import type { ChangeEvent } from '../../alerts/index.ts';
import { formatDuration, messageOf } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import { type GateCondition, isoExact, isoTime, shownValues } from './condition.ts';
import type { GateDecision } from './decide.ts';
import { earliestNewsMs, rolloutStanding } from './gate.ts';
import { type MixedTime, mixedTimes } from './mixed-times.ts';
import { isTakenAway } from './rollbacks.ts';
import type { GateSetup } from './setup.ts';

/** A stage that is not taken so long after its soak time is overdue. */
export const overdueMs = 3_600_000;

type Standing = NonNullable<ReturnType<typeof rolloutStanding>>;

/** A condition with its value beside its limit, where it has one: `pass rate 83.3 % (≥ 95 %): 48 outcomes of 4 cycles`. */
function blockerText(condition: GateCondition): string {
  const { value, limit } = shownValues(condition);
  const reached = value && limit ? ` ${value} (${limit})` : '';
  return `${condition.title}${reached}: ${condition.detail}`;
}

/**
 * What there is to tell of a release whose soak time is over: that it is ready for its next stage, what blocks it, or that
 * the stage is overdue. Each has an id that is the same whenever it is told again. `command` asks the gate.
 */
export function releaseNotices(
  { release, percent, deployedMs, next }: Standing,
  gate: GateDecision,
  command: string,
  nowMs: number,
): ChangeEvent[] {
  if (!next || gate.to !== next.percent || next.soakEndsMs > nowMs) return [];
  const blocker = gate.conditions.find(({ id }) => id === gate.first);
  const why = blocker ? `blocked by ${blocker.title}` : gate.verdict === 'pass' ? 'ready' : 'not ready';
  const notice = (state: string, summary: string): ChangeEvent => ({
    kind: 'change',
    change: 'release',
    id: `${deployedMs}:${next.percent}:${state}`,
    at: isoExact(nowMs),
    summary,
    details: {
      release,
      stage: `${percent} %`,
      next: blocker ? gate.next : command,
      ...(blocker && { [blocker.title]: blocker.detail }),
    },
  });
  const stage = `${release} for ${next.percent} %`;
  const state =
    gate.verdict === 'pass'
      ? notice('ready', `${stage}: ready, the gate is open: ${command}`)
      : notice(
          blocker?.id ?? 'not ready',
          `${stage}: ${blocker ? `blocked by ${blockerText(blocker)}` : why}`,
        );
  const lateMs = nowMs - next.soakEndsMs;
  if (lateMs < overdueMs) return [state];
  const late = formatDuration(Math.floor(lateMs / 60_000) * 60_000);
  const overdue = `${stage}: overdue, its soak time ended ${late} ago and the stage is not taken (${why})`;
  return [state, notice('overdue', overdue)];
}

/** A mix that one cycle alone saw is a deployment that goes on. */
const cyclesOfMix = 2;

/** What there is to tell of mixed releases with all of the traffic on one of them: that they are, and that it is over. */
export function mixedNotices(
  { release, percent, deployedMs }: Pick<Standing, 'release' | 'percent' | 'deployedMs'>,
  times: readonly MixedTime[],
  nowMs: number,
): ChangeEvent[] {
  const notice = (state: string, fromMs: number, summary: string, next: string): ChangeEvent => ({
    kind: 'change',
    change: 'release',
    id: `${deployedMs}:${state}:${fromMs}`,
    at: isoExact(nowMs),
    summary: `${release}: ${summary}`,
    details: { release, stage: `${percent} %`, next },
  });
  const lasting = times.filter(
    // What was over long ago is no news.
    ({ cycles, overMs = nowMs }) => cycles >= cyclesOfMix && nowMs - overMs < overdueMs,
  );
  return lasting.flatMap(({ fromMs, text, overMs }) => {
    const since = `mixed releases since ${isoTime(fromMs)} with ${percent} % of the traffic on ${release}`;
    const deploy = `deploy ${release} on every instance, or record the release that runs`;
    const mixed = notice('mixed', fromMs, `${since}: ${text}`, deploy);
    if (overMs === undefined) return [mixed];
    const over = `mixed releases are over since ${isoTime(overMs)}, before: ${text}`;
    return [mixed, notice('mixed over', fromMs, over, 'nothing')];
  });
}

interface Given {
  history: HistoryReader;
  setup: GateSetup;
  /** With what the gate would say to the next stage, where that is known yet. */
  rollout(nowMs: number): { gate: GateDecision | undefined } | undefined;
  /** A command of this program, to be pasted, as this watch was started. */
  ownCommand(words: readonly string[]): string;
  queue(events: readonly ChangeEvent[]): void;
  say(line: string): void;
}

/** How often the gate is asked: its answer costs a look at all of the stage. */
const askEveryMs = 60_000;

/** Opens the telling of a release's state: each thing is said and queued once. */
export function tellRelease(given: Given): (nowMs: number) => void {
  const { history, setup, queue, say } = given;
  const sent = new Set<string>();
  let [askedMs, againMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const noticesOfMix = (standing: Standing, nowMs: number): ChangeEvent[] => {
    const { targetId } = setup;
    if (standing.percent < 100 || targetId === undefined) return [];
    const stretches = history.identities({ fromMs: standing.sinceMs, toMs: nowMs, targetId });
    return mixedNotices(standing, mixedTimes(stretches, standing.release), nowMs);
  };
  const noticesOfStage = (standing: Standing, nowMs: number): ChangeEvent[] => {
    if (!standing.next || standing.next.soakEndsMs > nowMs) return [];
    const decision = given.rollout(nowMs)?.gate;
    if (!decision) return [];
    const command = given.ownCommand(['gate', '--to', String(standing.next.percent)]);
    return releaseNotices(standing, decision, command, nowMs);
  };
  const tell = (nowMs: number) => {
    // A clock that was set back must not silence it.
    if (nowMs >= askedMs && nowMs < againMs) return;
    if ((earliestNewsMs(history, setup, nowMs) ?? Number.POSITIVE_INFINITY) > nowMs) return;
    const standing = rolloutStanding(history, setup, nowMs);
    if (!standing) return;
    const { soakEndsMs = nowMs } = standing.next ?? {};
    askedMs = nowMs;
    againMs = nowMs + askEveryMs;
    if (soakEndsMs > nowMs) againMs = Math.min(againMs, soakEndsMs);
    // The rollback tells of itself.
    if (isTakenAway(standing.rollback)) return;
    const notices = [...noticesOfStage(standing, nowMs), ...noticesOfMix(standing, nowMs)];
    const news = notices.filter(({ id }) => !sent.has(id));
    if (news.length === 0) return;
    queue(news);
    for (const { id, summary } of news) {
      sent.add(id);
      say(`RELEASE  ${summary}`);
    }
  };
  return (nowMs) => {
    try {
      tell(nowMs);
    } catch (thrown) {
      say(`the state of the release could not be reported: ${messageOf(thrown)}`);
    }
  };
}
