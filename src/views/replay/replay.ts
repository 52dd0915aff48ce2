import { type CheckDefinition, headAt, type VigilConfig } from '../../core/index.ts';
import type { CycleReader, HistoryReader } from '../../history/index.ts';
import { episodesOf } from './episodes.ts';
import { evaluationsIn } from './evaluations.ts';
import { recordedIncidents, type Truth } from './incidents.ts';
import type { ReplayPolicy } from './policy.ts';
import { type Replayed, replayAlerts } from './replay-alerts.ts';
import type { ReplayDocument } from './replay-schema.ts';
import { type Reproduction, reproductionOf } from './reproduction.ts';
import { neverReplayed, replayRollout } from './rollout.ts';
import { scoreOf } from './score.ts';

export interface ReplayOptions {
  /** The configuration of the watch; its policy is replayed first. */
  config: VigilConfig;
  current: ReplayPolicy;
  others: readonly ReplayPolicy[];
  catalogue: readonly CheckDefinition[] | undefined;
  sinceMs?: number;
  nowMs: number;
  graceMs: number;
  /** Incidents as somebody labelled them; without them those that the history vouches for. */
  labelled?: Truth;
}

/** What a reader must know of how far a replay can be believed. */
function remarksOf(
  reader: CycleReader,
  fromMs: number,
  { onlyRecorded, onlyReplayed }: Reproduction,
  lostCycles: number,
  unseen: number,
): string[] {
  const firstMs = reader.grids()[0]?.startMs ?? fromMs;
  const differ = onlyRecorded.length + onlyReplayed.length;
  const [plural, s] = unseen === 1 ? ['', 's'] : ['s', ''];
  return [
    unseen > 0 &&
      `${unseen} labelled incident${plural} lie${s} outside of the evidence and count${s} neither as seen nor as missed`,
    differ > 0 &&
      `the current configuration does not reproduce what the loop recorded: ${differ} transitions differ, because limits, rules, baseline or catalogue changed since, or because the evidence begins in the middle`,
    fromMs - firstMs > 60_000 &&
      'the evidence begins after the watch did: what was open then, and windows that reach back, are not known',
    lostCycles > 0 && `${lostCycles} cycles that the samples name are no longer in the history`,
    'evidence keeps its rhythm: another interval of cycles or samples can’t be replayed',
    `the gate is asked without its condition ${neverReplayed.join(', ')}: its past isn’t recorded`,
  ].filter((text) => text !== false);
}

/** The transitions of a replay as a history keeps them. */
const recordable = ({ transitions }: Replayed) =>
  transitions.map(({ rule, atMs, ...change }) => ({ ...change, alert: rule, timeMs: atMs }));

/** Judges the recorded evidence by the current policy and by others; `undefined` when there are no samples to judge. */
export function replay(reader: HistoryReader, options: ReplayOptions): ReplayDocument | undefined {
  return reader.atOneInstant(() => {
    const { config, current, others, nowMs, graceMs } = options;
    const { evaluations, lostCycles } = evaluationsIn(reader, options.sinceMs ?? 0, nowMs, options.catalogue);
    const fromMs = evaluations[0]?.atMs;
    const toMs = evaluations.at(-1)?.atMs;
    if (fromMs === undefined || toMs === undefined) return undefined;
    const transitions = reader.transitions(fromMs, toMs);
    const deployment = reader.deployments(0, toMs).at(-1);
    const recorded = episodesOf(transitions);
    const known = options.labelled ?? recordedIncidents(reader, recorded, fromMs, toMs);
    const incidents = known.incidents.filter((one) => one.fromMs <= toMs && one.toMs >= fromMs);
    const unseen = known.incidents.length - incidents.length;
    const truth = { ...known, incidents };
    const replayed = (policy: ReplayPolicy) =>
      replayAlerts(reader, policy, evaluations, config.sampleInterval);
    const resultOf = (policy: ReplayPolicy, said: Replayed) => {
      const episodes = episodesOf(recordable(said));
      return {
        name: policy.name,
        episodes,
        // Reminders and ends are not counted.
        told: said.notifications.filter(({ reason }) => reason === 'firing').length,
        score: scoreOf(episodes, truth, graceMs),
        rollout: replayRollout(reader, policy, config, said) ?? null,
      };
    };
    const again = replayed(current);
    const reproduction = reproductionOf(transitions, recordable(again));
    return {
      ...headAt(nowMs),
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      fromMs,
      toMs,
      evaluations: evaluations.length,
      lostCycles,
      graceMs,
      truth,
      // What the loop itself said then.
      recorded: {
        episodes: recorded,
        score: scoreOf(recorded, truth, graceMs),
        taken: deployment ? reader.takenStages(deployment.timeMs) : [],
      },
      reproduction,
      policies: [resultOf(current, again), ...others.map((policy) => resultOf(policy, replayed(policy)))],
      remarks: remarksOf(reader, fromMs, reproduction, lostCycles, unseen),
    };
  });
}
