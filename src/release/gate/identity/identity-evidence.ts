import type { CycleReader, IdentityStretch, JournalReader } from '../../../history/index.ts';
import { type Criteria, criteriaWith } from '../../../suite/index.ts';
import { firstStageOf, type Period, type RolloutPlan } from '../plan.ts';
import type { GateSetup } from '../setup.ts';
import type { Rollout, StoredState } from '../stored-state.ts';
import { type ReleaseStory, releaseStory, type SaidReleases, type StoryQuestion } from './release-story.ts';

const hourMs = 3_600_000;
/** How far back is looked for the release that was there before. */
const beforeMs = 7 * 24 * hourMs;

/** By what some cycles of the window were judged. */
export interface JudgedBy {
  hash: string;
  /** `undefined` where only the hash of the thresholds is told. */
  criteria: Criteria | undefined;
  cycles: number;
  lastMs: number;
}

/** Whose evidence the cycles of a window are. */
export interface IdentityEvidence {
  /** The deployment that is asked for, by name; `undefined` where who asks doesn't say. */
  name: string | undefined;
  /** Names of other deployments under the same address. */
  others: readonly string[];
  /** Cycles that don't say whose they are. */
  unidentified: number;
  /** What this gate judges by; `undefined` while no cycle says what suite there is. */
  hash: string | undefined;
  criteria: Criteria | undefined;
  /** What the cycles were judged by, the newest last. */
  judgedBy: readonly JudgedBy[];
  /** `undefined` while no deployment is recorded. */
  release: ReleaseStory | undefined;
}

/** For how long what was seen wrong with all of the traffic keeps the gate shut. */
export const recoveryOf = (plan: RolloutPlan, recoveryMs: number | undefined): number => {
  const [last, before] = [plan.at(-1), plan.at(-2)];
  return recoveryMs ?? Math.min(hourMs, (last?.afterMs ?? 0) - (before?.afterMs ?? 0));
};

const saidIn = ({ fromMs, toMs, cycles, identity }: IdentityStretch): SaidReleases => ({
  fromMs,
  toMs,
  cycles,
  releases: identity?.releases,
});

/** The question about the releases of a deployment, as the ledger knows them. */
export function storyQuestion(
  reader: Pick<JournalReader, 'deployments'>,
  { deployment, taken }: Pick<Rollout, 'deployment' | 'taken'>,
  { plan, recoveryMs, listed }: Pick<GateSetup, 'plan' | 'recoveryMs' | 'listed'>,
  atMs: number,
): StoryQuestion | undefined {
  if (!deployment) return undefined;
  const { release: deployed, timeMs } = deployment;
  const recorded = reader.deployments(0, timeMs).filter(({ release }) => release !== deployed);
  const sinceMs = firstStageOf(taken);
  const whole = taken.filter(({ percent }) => percent >= 100).map(({ takenMs }) => takenMs);
  return {
    deployed,
    previous: recorded.at(-1)?.release,
    listed,
    firstStage:
      sinceMs === undefined
        ? undefined
        : { sinceMs, percent: Math.min(...taken.map(({ percent }) => percent)) },
    wholeSinceMs: whole.length > 0 ? Math.min(...whole) : undefined,
    recoveryMs: recoveryOf(plan, recoveryMs),
    atMs,
  };
}

/** What became of the deployed release up to a time; `undefined` where no deployment is recorded. */
export function storyOf(
  reader: Pick<CycleReader, 'identities'> & Pick<JournalReader, 'deployments'>,
  rollout: Pick<Rollout, 'deployment' | 'taken'>,
  targetId: string | undefined,
  setup: Pick<GateSetup, 'plan' | 'recoveryMs' | 'listed'>,
  atMs: number,
): ReleaseStory | undefined {
  const question = storyQuestion(reader, rollout, setup, atMs);
  const deployedMs = rollout.deployment?.timeMs;
  if (!question || deployedMs === undefined || targetId === undefined) return undefined;
  const said = (fromMs: number, toMs: number) => reader.identities({ fromMs, toMs, targetId }).map(saidIn);
  // The cycles since the first stage are counted apart.
  const stageMs = Math.max(deployedMs, question.firstStage?.sinceMs ?? deployedMs);
  const since = [...said(deployedMs, stageMs - 1), ...said(stageMs, atMs)];
  return releaseStory(since, said(deployedMs - beforeMs, deployedMs - 1), question);
}

/** Collects whose evidence the cycles of a window are. */
export function identityEvidence(
  reader: Pick<CycleReader, 'identities'>,
  { targetId }: Pick<StoredState, 'targetId'>,
  { fromMs, toMs }: Period,
  setup: Pick<GateSetup, 'name' | 'criteria' | 'table'>,
  release: ReleaseStory | undefined,
): IdentityEvidence {
  const { name } = setup;
  const stretches = targetId === undefined ? [] : reader.identities({ fromMs, toMs, targetId });
  const judgedBy = new Map<string, JudgedBy>();
  const names = new Set<string>();
  let unidentified = 0;
  for (const { identity, cycles, toMs: lastMs } of stretches) {
    if (!identity) {
      unidentified += cycles;
      continue;
    }
    names.add(identity.name);
    const { criteria } = identity;
    const before = judgedBy.get(criteria.hash)?.cycles ?? 0;
    judgedBy.delete(criteria.hash);
    const { hash } = criteria;
    judgedBy.set(hash, { hash, criteria, cycles: before + cycles, lastMs });
  }
  const newest = [...judgedBy.values()].at(-1)?.criteria;
  const criteria = setup.criteria ?? (newest && criteriaWith(newest, setup.table));
  return {
    name,
    others: name === undefined ? [] : [...names].filter((one) => one !== name),
    unidentified,
    hash: criteria?.hash,
    criteria,
    judgedBy: [...judgedBy.values()],
    release,
  };
}
