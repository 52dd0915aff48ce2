import type { HistoryReader, JournalReader } from '../../history/index.ts';
import {
  advisoryRecords,
  askEvidence,
  askHistory,
  type GateDecision,
  type GateSetup,
  type PrometheusStore,
  rolloutStanding,
} from '../../release/index.ts';

type Standing = NonNullable<ReturnType<typeof rolloutStanding>>;

/** Where a rollout stands; times in ms since 1970. */
export type RolloutFacts = Standing & {
  /** The steps of the plan: which share of the traffic, how long after the deployment, when it was taken, if it was. */
  stages: readonly { percent: number; afterMs: number; takenMs: number | undefined }[];
  /** What the gate would say to the next stage; nothing is taken by looking. */
  gate: GateDecision | undefined;
  /** The newest first. */
  decisions: ReturnType<JournalReader['decisions']>;
  /** How often each advisory condition and check was right, in words. */
  advisory: readonly string[];
};

/** How long what the gate would say stands: it reads the whole time since the stage before. */
const answerStandsMs = 30_000;

/** Opens the facts of the rollout: `undefined` when no deployment is recorded. */
export function openRollout(
  history: HistoryReader,
  setup: GateSetup,
  store?: PrometheusStore,
): (nowMs: number) => RolloutFacts | undefined {
  let answer: GateDecision | undefined;
  /** How the rollback of the release stood when the gate was asked. */
  let answeredAt: string | undefined;
  let isAsking = false;

  /** Where several Vigils decide by their store, its answer is waited for and shown when the page is next looked at. */
  const askStore = async (asking: Parameters<typeof askHistory>[2], nowMs: number) => {
    isAsking = true;
    try {
      answer = (await askEvidence(history, store, setup, asking, nowMs)).decision;
    } catch {
      answer = undefined; // a store that is away is told by the loop and by doctor
    } finally {
      isAsking = false;
    }
  };

  const gateOf = (to: number, rollback: Standing['rollback'], nowMs: number): GateDecision | undefined => {
    const asking = { to, askedBy: 'page', via: 'page' };
    // What was answered while a rollback ran is not true any more when it has ended.
    const standsAt = rollback && `${rollback.startedMs} ${rollback.status}`;
    if (standsAt !== answeredAt) answer = undefined;
    answeredAt = standsAt;
    const isOld = answer?.to !== to || Math.abs(nowMs - answer.atMs) >= answerStandsMs;
    if (isOld && !store) answer = askHistory(history, setup, asking, nowMs).decision;
    if (isOld && store && !isAsking) void askStore(asking, nowMs);
    return answer?.to === to ? answer : undefined;
  };

  return (nowMs) => {
    const standing = rolloutStanding(history, setup, nowMs);
    if (!standing) return undefined;
    const { deployedMs, next, rollback } = standing;
    const taken = new Map(history.takenStages(deployedMs).map(({ percent, takenMs }) => [percent, takenMs]));
    return {
      ...standing,
      stages: setup.plan.map((stage) => ({ ...stage, takenMs: taken.get(stage.percent) })),
      gate: next && gateOf(next.percent, rollback, nowMs),
      decisions: history.decisions(deployedMs, nowMs).reverse(),
      advisory: advisoryRecords(history, 0, nowMs),
    };
  };
}
