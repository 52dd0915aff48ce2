import {
  type EngineState,
  initialState,
  type Notification,
  preloaded,
  step,
  type Transition,
} from '../../alerts/index.ts';
import type { CycleReader, JournalReader, SampleReader } from '../../history/index.ts';
import { openJudge } from '../../monitor/index.ts';
import type { Baseline } from '../../suite/index.ts';
import type { JudgedMoment } from './evaluations.ts';
import type { ReplayPolicy } from './policy.ts';

/** What a policy would have said. */
export interface Replayed {
  transitions: Transition[];
  /** What would have been told, mutes and waits considered. */
  notifications: Notification[];
  /** The engine's state after each evaluation, in their order. */
  states: { atMs: number; state: EngineState }[];
}

/** The longest look-back of a rule: the age of the last cycle. */
const lookBackMs = 86_400_000;

/** Judges recorded evidence by a policy, with the same judgement and the same engine as the loop, on recorded time. */
export function replayAlerts(
  reader: CycleReader & SampleReader & JournalReader,
  policy: ReplayPolicy,
  evaluations: readonly JudgedMoment[],
  sampleIntervalMs: number,
): Replayed {
  const fromMs = evaluations[0]?.atMs ?? 0;
  const toMs = evaluations.at(-1)?.atMs ?? 0;
  const source = preloaded(reader, fromMs - lookBackMs, toMs);
  const baseline: Baseline = new Map(reader.baseline().map(({ check, fingerprint }) => [check, fingerprint]));
  const maintenance = reader.maintenance(fromMs, toMs);
  const acknowledgements = reader.acknowledgements(0, toMs);
  const deployments = reader.deployments(0, toMs);
  const grids = reader.grids();
  const judges = new Map<number, ReturnType<typeof openJudge>>();
  const judgeAt = (atMs: number) => {
    const cycleIntervalMs = grids.findLast(({ startMs }) => startMs <= atMs)?.intervalMs ?? 300_000;
    const { table, naming, dependencies } = policy;
    const judge =
      judges.get(cycleIntervalMs) ??
      openJudge({
        table,
        naming,
        dependencies,
        deploymentAt: (timeMs) => deployments.findLast((one) => one.timeMs <= timeMs),
        baseline,
        cycleIntervalMs,
        rules: policy.rules(cycleIntervalMs),
        evaluationIntervalMs: sampleIntervalMs,
      });
    judges.set(cycleIntervalMs, judge);
    return judge;
  };

  const replayed: Replayed = { transitions: [], notifications: [], states: [] };
  let state = initialState();
  for (const { atMs, last, hasJustEnded } of evaluations) {
    const judge = judgeAt(atMs);
    const { observations } = judge.observe(source, atMs, last, hasJustEnded);
    const result = step(state, { observations, maintenance, acknowledgements }, atMs, judge.setup);
    state = result.state;
    replayed.transitions.push(...result.transitions);
    replayed.notifications.push(...result.notifications);
    replayed.states.push({ atMs, state });
  }
  return replayed;
}
