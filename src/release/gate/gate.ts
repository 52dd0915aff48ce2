import { randomUUID } from 'node:crypto';
import type { CycleReader, History, HistoryReader, JournalReader, RowReader } from '../../history/index.ts';
import { rollbackRuns } from '../rollback/runs/run.ts';
import { type GateCondition, isoExact } from './condition.ts';
import { missingRelease } from './conditions/identity.ts';
import { decide, type GateDecision, type GateQuestion } from './decide.ts';
import type { DecisionDocument } from './decision-schema.ts';
import { decisionDocument } from './document.ts';
import type { GateEvidence } from './evidence.ts';
import { gateEvidence } from './gate-evidence.ts';
import { storyOf } from './identity/identity-evidence.ts';
import { standingOfRelease } from './plan.ts';
import { setupForRelease } from './proven.ts';
import { decidingRollback, isTakenAway, rollbacksSince } from './rollbacks.ts';
import type { GateSetup } from './setup.ts';
import { deploymentOf } from './stored-state.ts';

/** A decision with what it rests on. */
export interface Answer {
  decision: GateDecision;
  evidence: GateEvidence;
  document: DecisionDocument;
}

export type Asking = Omit<GateQuestion, 'id'>;

/** Decides on evidence and keeps nothing. */
export function answerOn(evidence: GateEvidence, setup: GateSetup, asking: Asking): Answer {
  const decision = decide(evidence, setup, { ...asking, id: randomUUID() });
  return { decision, evidence, document: decisionDocument(decision, evidence) };
}

/** Whether the traffic may be let through: by the evidence, or against it by an override. */
export const letsThrough = ({ verdict, override }: GateDecision): boolean =>
  verdict === 'pass' || override !== undefined;

/**
 * Keeps a decision in the history. With `takes` a stage that is let through counts as taken from now on. A hook that gets
 * the same answer to the same question again only counts up what is there.
 */
export function keepAnswer(history: History, { decision, evidence, document }: Answer, takes: boolean): void {
  const { id, atMs, from, to, verdict, askedBy, via, override, conditions } = decision;
  const { deployment } = evidence.recorded;
  const isTaken = takes && to > from && letsThrough(decision);
  history.transaction(() => {
    const before = via === 'command' || isTaken || override ? undefined : history.latestDecision(via, to);
    const outcomesOf = (of: readonly Pick<GateCondition, 'id' | 'outcome'>[]) =>
      JSON.stringify(of.map((condition) => [condition.id, condition.outcome]));
    const isSame =
      before?.deployedMs === deployment?.timeMs &&
      before?.verdict === verdict &&
      before.override === undefined &&
      outcomesOf((before.body as Partial<DecisionDocument>)?.conditions ?? []) === outcomesOf(conditions);
    if (before && isSame) return history.repeatDecision(before.id, atMs);
    history.recordDecision({
      id,
      timeMs: atMs,
      from,
      to,
      verdict,
      isTaken,
      askedBy,
      via,
      ...(deployment && { deployedMs: deployment.timeMs, release: deployment.release }),
      ...(override && { override }),
      times: 1,
      lastMs: atMs,
      body: document,
    });
  });
}

/** Asks a history; nothing is kept. */
export function askHistory(reader: HistoryReader, setup: GateSetup, asking: Asking, atMs: number): Answer {
  const own = setupForRelease(reader, setup, atMs);
  return answerOn(gateEvidence(reader, own, asking.to, atMs), own, asking);
}

/** The rollout of the newest deployment as it is recorded, by the plan that holds for it. */
function recordedRollout(reader: JournalReader & RowReader, given: GateSetup, atMs: number) {
  const setup = setupForRelease(reader, given, atMs);
  const deployment = deploymentOf(reader, atMs);
  const taken = deployment ? reader.takenStages(deployment.timeMs) : [];
  return { setup, deployment, taken };
}

/**
 * Where the rollout of the newest deployment stands, with the `rollback` of it that was not aborted, and `missing` where no
 * instance says its release although a stage is taken; `undefined` when none is recorded.
 */
export function rolloutStanding(
  reader: JournalReader & CycleReader & RowReader,
  given: GateSetup,
  atMs: number,
) {
  const { setup, deployment, taken } = recordedRollout(reader, given, atMs);
  const story = storyOf(reader, { deployment, taken }, setup.targetId, setup, atMs);
  const standing = standingOfRelease(setup.plan, deployment, taken, story?.anew?.atMs);
  if (!standing) return undefined;
  const rollback = decidingRollback(rollbacksSince(reader, standing.deployedMs, atMs));
  const missing = isTakenAway(rollback) ? undefined : missingRelease(story, taken);
  return { ...standing, rollback, missing };
}

/**
 * From when on there may be news of a release at the earliest: that its next stage may be asked for, which a change that
 * nobody recorded makes later and is looked for in every cycle since the deployment; or of the whole of it, once its last
 * stage is taken. `undefined` where no deployment is recorded.
 */
export function earliestNewsMs(
  reader: JournalReader & RowReader,
  given: GateSetup,
  atMs: number,
): number | undefined {
  const { setup, deployment, taken } = recordedRollout(reader, given, atMs);
  const standing = standingOfRelease(setup.plan, deployment, taken);
  return standing?.next?.soakEndsMs ?? standing?.sinceMs;
}

/** Records a deployment, which begins a rollout; returns when it was, what stands against it, and the next stage. */
export function recordDeployment(
  history: History,
  setup: GateSetup,
  { release, who, note }: { release: string; who: string; note: string | undefined },
  timeMs: number,
) {
  const running = rollbackRuns(history, timeMs, timeMs).find(({ status }) => status === 'running');
  const since = running && `a ${running.type} rollback is under way since ${isoExact(running.startedMs)}`;
  history.recordDeployment({ timeMs, release, who, ...(note && { note }) });
  const next = rolloutStanding(history, setup, timeMs)?.next;
  return {
    at: isoExact(timeMs),
    // Which of the two releases is out nobody can tell afterwards.
    warning:
      since &&
      `${since} and counts against this deployment too: see which release is out when it has ended, and record that again`,
    next: next ? { to: next.percent, at: isoExact(next.soakEndsMs) } : null,
  };
}
