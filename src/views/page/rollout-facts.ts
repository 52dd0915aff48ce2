import type { HistoryReader } from '../../history/index.ts';
import { askHistory, type GateDecision, type GateSetup, rolloutStanding } from '../../release/index.ts';

/** Where a rollout stands; times in ms since 1970. */
export interface RolloutFacts {
  release: string;
  deployedMs: number;
  /** The steps of the plan: which share of the traffic, how long after the deployment, when it was taken, if it was. */
  stages: readonly { percent: number; afterMs: number; takenMs: number | undefined }[];
  /** Share of the traffic that was let through so far; 0 before the first stage. */
  percent: number;
  sinceMs: number;
  /** What may be asked for next and from when on; left out when all is taken. */
  next: { percent: number; soakMs: number; soakEndsMs: number } | undefined;
  /** What the gate would say to the next stage; nothing is taken by looking. */
  gate: GateDecision | undefined;
  /** The newest first. */
  decisions: ReturnType<HistoryReader['decisions']>;
}

/** How long what the gate would say stands: it reads the whole time since the stage before. */
const answerStandsMs = 30_000;

/** Opens the facts of the rollout: `undefined` when no deployment is recorded. */
export function openRollout(
  history: HistoryReader,
  setup: GateSetup,
): (nowMs: number) => RolloutFacts | undefined {
  let answer: GateDecision | undefined;

  const gateOf = (to: number, nowMs: number): GateDecision => {
    const isFresh = answer?.to === to && Math.abs(nowMs - answer.atMs) < answerStandsMs;
    if (answer && isFresh) return answer;
    answer = askHistory(history, setup, { to, askedBy: 'page', via: 'page' }, nowMs).decision;
    return answer;
  };

  return (nowMs) => {
    const standing = rolloutStanding(history, setup, nowMs);
    if (!standing) return undefined;
    const { release, deployedMs, percent, sinceMs, next } = standing;
    const taken = history.takenStages(deployedMs);
    return {
      release,
      deployedMs,
      percent,
      sinceMs,
      stages: setup.plan.map(({ percent: share, afterMs }) => ({
        percent: share,
        afterMs,
        takenMs: taken.find((one) => one.percent === share)?.takenMs,
      })),
      next: next && { percent: next.percent, soakMs: next.soakMs, soakEndsMs: next.soakEndsMs },
      gate: next && gateOf(next.percent, nowMs),
      decisions: history.decisions(deployedMs, nowMs).reverse(),
    };
  };
}
