import type { HistoryReader, JournalReader } from '../../history/index.ts';
import { askHistory, type GateDecision, type GateSetup, rolloutStanding } from '../../release/index.ts';

/** Where a rollout stands; times in ms since 1970. */
export type RolloutFacts = NonNullable<ReturnType<typeof rolloutStanding>> & {
  /** The steps of the plan: which share of the traffic, how long after the deployment, when it was taken, if it was. */
  stages: readonly { percent: number; afterMs: number; takenMs: number | undefined }[];
  /** What the gate would say to the next stage; nothing is taken by looking. */
  gate: GateDecision | undefined;
  /** The newest first. */
  decisions: ReturnType<JournalReader['decisions']>;
};

/** How long what the gate would say stands: it reads the whole time since the stage before. */
const answerStandsMs = 30_000;

/** Opens the facts of the rollout: `undefined` when no deployment is recorded. */
export function openRollout(
  history: HistoryReader,
  setup: GateSetup,
): (nowMs: number) => RolloutFacts | undefined {
  let answer: GateDecision | undefined;

  const gateOf = (to: number, nowMs: number): GateDecision => {
    if (answer?.to !== to || Math.abs(nowMs - answer.atMs) >= answerStandsMs)
      answer = askHistory(history, setup, { to, askedBy: 'page', via: 'page' }, nowMs).decision;
    return answer;
  };

  return (nowMs) => {
    const standing = rolloutStanding(history, setup, nowMs);
    if (!standing) return undefined;
    const { deployedMs, next } = standing;
    const taken = new Map(history.takenStages(deployedMs).map(({ percent, takenMs }) => [percent, takenMs]));
    return {
      ...standing,
      stages: setup.plan.map((stage) => ({ ...stage, takenMs: taken.get(stage.percent) })),
      gate: next && gateOf(next.percent, nowMs),
      decisions: history.decisions(deployedMs, nowMs).reverse(),
    };
  };
}
