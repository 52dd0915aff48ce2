import type { CycleReader, JournalReader } from '../../../history/index.ts';
import { type Criteria, criteriaWith } from '../../../suite/index.ts';
import type { Period, RolloutPlan } from '../plan.ts';
import type { GateSetup } from '../setup.ts';
import type { Rollout, StoredState } from '../stored-state.ts';
import { type ReleaseStory, releaseStory } from './release-story.ts';

const hourMs = 3_600_000;
/** How far back is looked for the release that was there before. */
const beforeMs = 7 * 24 * hourMs;

/** By what some cycles of the window were judged. */
export interface JudgedBy {
  criteria: Criteria;
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

/** What became of the deployed release up to a time; `undefined` where no deployment is recorded. */
export function storyOf(
  reader: CycleReader & JournalReader,
  { deployment, taken }: Pick<Rollout, 'deployment' | 'taken'>,
  targetId: string | undefined,
  { plan, recoveryMs }: Pick<GateSetup, 'plan' | 'recoveryMs'>,
  atMs: number,
): ReleaseStory | undefined {
  if (!deployment || targetId === undefined) return undefined;
  const { release: deployed, timeMs } = deployment;
  const recorded = reader.deployments(0, timeMs).filter(({ release }) => release !== deployed);
  const whole = taken.filter(({ percent }) => percent >= 100).map(({ takenMs }) => takenMs);
  return releaseStory(
    reader.identities({ fromMs: timeMs, toMs: atMs, targetId }),
    reader.identities({ fromMs: timeMs - beforeMs, toMs: timeMs - 1, targetId }),
    {
      deployed,
      previous: recorded.at(-1)?.release,
      wholeSinceMs: whole.length > 0 ? Math.min(...whole) : undefined,
      recoveryMs: recoveryOf(plan, recoveryMs),
      atMs,
    },
  );
}

/** Collects whose evidence the cycles of a window are. */
export function identityEvidence(
  reader: CycleReader,
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
    judgedBy.set(criteria.hash, { criteria, cycles: before + cycles, lastMs });
  }
  const newest = [...judgedBy.values()].at(-1)?.criteria;
  return {
    name,
    others: name === undefined ? [] : [...names].filter((one) => one !== name),
    unidentified,
    criteria: setup.criteria ?? (newest && criteriaWith(newest, setup.table)),
    judgedBy: [...judgedBy.values()],
    release,
  };
}
