import type { HistoryReader } from '../../history/index.ts';
import { savedState } from '../../monitor/index.ts';
import type { GateEvidence, Period, RecordedEvidence } from './evidence.ts';
import type { GateSetup } from './gate-setup.ts';
import { type RolloutPlan, soakOf, standingOf } from './plan.ts';
import { recordedEvidence } from './recorded-evidence.ts';
import { rollbacksSince } from './rollbacks.ts';
import { signalEvidence } from './signal-evidence.ts';

/** The newest deployment that is not dated in the future. */
export function deploymentOf(reader: HistoryReader, atMs: number): RecordedEvidence['deployment'] {
  const newest = reader.deployments(0, atMs).at(-1);
  return newest && { release: newest.release, timeMs: newest.timeMs, who: newest.who };
}

/**
 * The time whose evidence counts: as long as the stage before has to hold, up to now, and not before that stage began.
 * For a stage that was taken already it may reach back beyond it, or nobody could ask twice.
 */
function periodOf(
  reader: HistoryReader,
  atMs: number,
  to: number,
  plan: RolloutPlan,
  deployedMs: number | undefined,
): Period {
  if (deployedMs === undefined) return { fromMs: atMs, toMs: atMs };
  const standing = standingOf(plan, deployedMs, reader.takenStages(deployedMs));
  const isTaken = to <= standing.percent;
  const soakMs = soakOf(plan, isTaken ? to : (standing.next?.percent ?? to));
  return { fromMs: Math.max(isTaken ? deployedMs : standing.sinceMs, atMs - soakMs), toMs: atMs };
}

/** What only the history knows, whatever store the rest comes from: the deployment, the time that counts, what was taken. */
export function rolloutEvidence(reader: HistoryReader, { plan }: GateSetup, to: number, atMs: number) {
  const deployment = deploymentOf(reader, atMs);
  return {
    deployment,
    window: periodOf(reader, atMs, to, plan, deployment?.timeMs),
    taken: deployment ? reader.takenStages(deployment.timeMs) : [],
    rollbacks: deployment ? rollbacksSince(reader, deployment.timeMs) : [],
  };
}

/** Collects everything that a decision on `to` percent rests on from a history. */
export function gateEvidence(
  reader: HistoryReader,
  setup: GateSetup,
  to: number,
  atMs: number,
): GateEvidence {
  const { table, naming } = setup;
  // What is recorded meanwhile is in all of the evidence or in none.
  return reader.atOneInstant(() => {
    const rollout = rolloutEvidence(reader, setup, to, atMs);
    const { window, deployment } = rollout;
    const targetId = setup.targetId ?? savedState(reader, 'watch')?.targetId;
    return {
      atMs,
      window,
      source: 'history',
      recorded: recordedEvidence(reader, { ...rollout, atMs, table, naming, targetId }),
      signals: signalEvidence(reader, { ...setup, atMs, window, deployedMs: deployment?.timeMs }),
    };
  });
}
