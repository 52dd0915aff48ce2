import type { VigilConfig } from '../../core/index.ts';
import { type CycleReader, type HistoryReader, type RowReader, sqlText } from '../../history/index.ts';
import { type Confirmation, confirm, savedState } from '../../monitor/index.ts';
import {
  decide,
  evidenceWith,
  type GateSetup,
  type GateVerdict,
  gateSetup,
  rollbacksSince,
  type StoredState,
  standingOf,
  verdictOfConditions,
} from '../../release/index.ts';
import type { ReplayPolicy } from './policy.ts';
import type { Replayed } from './replay-alerts.ts';

/** One stage of a rollout under a policy. */
export interface ReplayedStage {
  percent: number;
  /** The earliest time by plan and soak. */
  dueMs: number;
  /** When the gate would have let it through; `null` when it would not have within the evidence. */
  takenMs: number | null;
  /** What kept it shut when it was asked last, where it stayed shut. */
  heldBy: string[];
  /** How often it was asked. */
  asked: number;
}

/** The sentinel's past isn't recorded, only its last journey: a replay can't judge it, and says so. */
export const neverReplayed: readonly string[] = ['sentinel'];
/** A replay is there to judge by other thresholds than the loop did. */
const isReplayed = ({ id }: { id: string }) => id !== 'criteria' && !neverReplayed.includes(id);

const askEveryMs = 15 * 60_000;

/** The confirmation after each cycle of the target, oldest first. */
function confirmationsOf(reader: RowReader, fromMs: number, toMs: number, targetId: string | undefined) {
  const of = targetId === undefined ? '' : `AND text = ${sqlText(targetId)}`;
  const rows = reader.query(
    `SELECT started_ms + duration_ms AS endedMs, started_ms AS startedMs, verdict
FROM cycles JOIN names ON names.id = target WHERE started_ms BETWEEN ${fromMs} AND ${toMs} ${of} ORDER BY seq`,
  ) as unknown as { endedMs: number; startedMs: number; verdict: GateVerdict }[];
  let state: Confirmation = { state: 'none' };
  return rows.map(({ endedMs, startedMs, verdict }) => {
    state = confirm(state, verdict, startedMs);
    return { endedMs, state };
  });
}

/** The newest cycle of the target that had ended by then. */
function newestAt(reader: CycleReader & RowReader, atMs: number, targetId: string | undefined) {
  if (targetId === undefined) return undefined;
  const [row] = reader.query(
    `SELECT cycles.id FROM cycles JOIN names ON names.id = target
WHERE started_ms + duration_ms <= ${Math.floor(atMs)} AND text = ${sqlText(targetId)} ORDER BY seq DESC LIMIT 1`,
  );
  return row && reader.cycle(String(row.id));
}

/**
 * Asks the gate for each stage of the plan from the time on at which it may be taken, every 15 minutes or when the gate
 * says to ask again, on the history as it stood then. `undefined` when no deployment is recorded before the end.
 */
export function replayRollout(
  reader: HistoryReader,
  policy: ReplayPolicy,
  recorded: VigilConfig,
  { states }: Replayed,
) {
  const toMs = states.at(-1)?.atMs ?? 0;
  const deployment = reader.deployments(0, toMs).at(-1);
  if (!deployment) return undefined;
  const { release, timeMs: deployedMs } = deployment;
  const { plan, table, naming } = policy;
  const watch = savedState(reader, 'watch');
  const targetId = watch?.targetId;
  const setup: GateSetup = { ...gateSetup(recorded, targetId), plan, table, naming };
  const confirmations = confirmationsOf(reader, deployedMs, toMs, targetId);
  const grids = reader.grids();
  const taken: { percent: number; takenMs: number; isOverride: boolean }[] = [];

  const ask = (percent: number, atMs: number) => {
    const stored: StoredState = {
      deployment: { release, timeMs: deployedMs },
      taken,
      rollbacks: rollbacksSince(reader, deployedMs, atMs),
      targetId,
      watch,
      sentinel: undefined,
      confirmation: confirmations.findLast(({ endedMs }) => endedMs <= atMs)?.state ?? { state: 'none' },
      alerts: states.findLast((one) => one.atMs <= atMs),
      newest: newestAt(reader, atMs, targetId),
      schedule: grids.findLast(({ startMs }) => startMs <= atMs),
      fromTheFuture: [],
    };
    return decide(evidenceWith(reader, stored, setup, percent, atMs), setup, {
      id: 'replay',
      to: percent,
      askedBy: 'replay',
      via: 'replay',
    });
  };

  const stages: ReplayedStage[] = [];
  for (;;) {
    const next = standingOf(plan, deployedMs, taken).next;
    if (!next || next.soakEndsMs > toMs) break;
    const { percent, soakEndsMs: dueMs } = next;
    const stage: ReplayedStage = { percent, dueMs, takenMs: null, heldBy: [], asked: 0 };
    stages.push(stage);
    for (let atMs = dueMs; atMs <= toMs && stage.takenMs === null; ) {
      const { conditions, askAgainAtMs } = ask(percent, atMs);
      const judged = conditions.filter(isReplayed);
      stage.asked += 1;
      stage.heldBy = judged
        .filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown')
        .map(({ title, outcome, detail }) => `${title} ${outcome}: ${detail}`);
      if (verdictOfConditions(judged) === 'pass') stage.takenMs = atMs;
      else atMs = Math.max(atMs + askEveryMs, askAgainAtMs ?? 0);
    }
    if (stage.takenMs === null) break;
    taken.push({ percent, takenMs: stage.takenMs, isOverride: false });
  }
  return { release, deployedMs, stages };
}
