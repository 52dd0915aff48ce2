import type {
  CycleReader,
  HistoryReader,
  JournalReader,
  RowReader,
  SampleReader,
} from '../../history/index.ts';
import type { GateEvidence } from './evidence.ts';
import { identityEvidence, storyOf } from './identity/identity-evidence.ts';
import { type Period, soakOf, standingOf } from './plan.ts';
import { recordedEvidence } from './recorded-evidence.ts';
import type { GateSetup } from './setup.ts';
import { signalEvidence } from './signal-evidence.ts';
import { type Rollout, type StoredState, storedState } from './stored-state.ts';

/**
 * The time whose evidence counts: as long as the stage before has to hold, or a check to recover, up to now, and not before that stage began.
 * For a stage that was taken already it may reach back beyond it, or nobody could ask twice.
 */
export function periodOf(
  { deployment, taken }: Rollout,
  { plan, recoveryMs = 0 }: Pick<GateSetup, 'plan' | 'recoveryMs'>,
  to: number,
  atMs: number,
  anewMs?: number,
): Period {
  if (!deployment) return { fromMs: atMs, toMs: atMs };
  const standing = standingOf(plan, deployment.timeMs, taken, anewMs);
  const isTaken = to <= standing.percent;
  // A failure must not leave the time before its check has passed long enough.
  const soakMs = Math.max(recoveryMs, soakOf(plan, isTaken ? to : (standing.next?.percent ?? to)));
  const beginMs = isTaken ? Math.max(deployment.timeMs, anewMs ?? 0) : standing.soakFromMs;
  return { fromMs: Math.max(beginMs, atMs - soakMs), toMs: atMs };
}

/** Whose cycles these are, of each stretch of time once: a window often is all of the time since the deployment. */
function askedOnce(reader: CycleReader): CycleReader['identities'] {
  const asked = new Map<string, ReturnType<CycleReader['identities']>>();
  return (range) => {
    const key = JSON.stringify(range);
    const found = asked.get(key) ?? reader.identities(range);
    asked.set(key, found);
    return found;
  };
}

/** Collects everything that a decision on `to` percent rests on, with what a history said of itself at that time. */
export function evidenceWith(
  reader: CycleReader & SampleReader & JournalReader & RowReader,
  stored: StoredState,
  setup: GateSetup,
  to: number,
  atMs: number,
): GateEvidence {
  const identities = askedOnce(reader);
  const said = { identities, deployments: (...range: [number, number]) => reader.deployments(...range) };
  const story = storyOf(said, stored, stored.targetId, setup, atMs);
  const window = periodOf(stored, setup, to, atMs, story?.anew?.atMs);
  return {
    atMs,
    window,
    source: 'history',
    recorded: {
      ...recordedEvidence(reader, stored, window, setup),
      identity: identityEvidence({ identities }, stored, window, setup, story),
    },
    signals: signalEvidence(reader, {
      ...setup,
      atMs,
      window,
      deployedMs: stored.deployment?.timeMs,
      release: stored.deployment?.release,
    }),
  };
}

/** The same from a history as it stands now. */
export function gateEvidence(
  reader: HistoryReader,
  setup: GateSetup,
  to: number,
  atMs: number,
): GateEvidence {
  // What is recorded meanwhile is in all of the evidence or in none.
  return reader.atOneInstant(() => evidenceWith(reader, storedState(reader, setup, atMs), setup, to, atMs));
}
