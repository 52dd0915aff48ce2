import type { EngineState } from '../../alerts/index.ts';
import type {
  CycleReader,
  JournalReader,
  RecordedCycle,
  RowReader,
  SampleReader,
  SlotGrid,
  StateReader,
} from '../../history/index.ts';
import { type SavedStates, savedState } from '../../monitor/index.ts';
import type { TakenStage } from './plan.ts';
import { type RecordedRollback, rollbacksSince } from './rollbacks.ts';
import type { GateSetup } from './setup.ts';

/** The rollout of the newest deployment, as only the history knows it. */
export interface Rollout {
  /** `undefined` when none was recorded. */
  deployment: { release: string; timeMs: number; who?: string | undefined } | undefined;
  taken: readonly TakenStage[];
  rollbacks: readonly RecordedRollback[];
}

/**
 * What a history says of itself as of one time. Most of it is replaced as the watch goes on, so that of the past a replay
 * must say it.
 */
export interface StoredState extends Rollout {
  /** Whose evidence is asked for; `undefined` when nobody said and no watch tells. */
  targetId: string | undefined;
  watch: SavedStates['watch'] | undefined;
  sentinel: SavedStates['sentinel'] | undefined;
  confirmation: SavedStates['confirmation'] | undefined;
  /** The alerts, and when they were judged. */
  alerts: { atMs: number; state: EngineState } | undefined;
  newest: RecordedCycle | undefined;
  schedule: SlotGrid | undefined;
  /** Entries dated after now: a clock was set back, or is wrong now. */
  fromTheFuture: readonly string[];
}

/** Clocks of two processes on one machine don't differ by more. */
const clockToleranceMs = 1000;
const forEver = Number.MAX_SAFE_INTEGER;

/** The newest deployment that is not dated in the future. */
export function deploymentOf(
  reader: Pick<JournalReader, 'deployments'>,
  atMs: number,
): Rollout['deployment'] {
  const newest = reader.deployments(0, atMs).at(-1);
  return newest && { release: newest.release, timeMs: newest.timeMs, who: newest.who };
}

/** The newest deployment, the stages taken since and the rollbacks that were under way. */
export function rolloutOf(reader: JournalReader & RowReader, atMs: number): Rollout {
  const deployment = deploymentOf(reader, atMs);
  return {
    deployment,
    taken: deployment ? reader.takenStages(deployment.timeMs) : [],
    rollbacks: deployment ? rollbacksSince(reader, deployment.timeMs) : [],
  };
}

/** Entries dated after now, in words: with them nothing that depends on time can be believed. */
function futureEntries(
  reader: CycleReader & SampleReader & JournalReader,
  { alerts, sentinel, schedule }: Pick<StoredState, 'alerts' | 'sentinel' | 'schedule'>,
  atMs: number,
): string[] {
  const afterMs = atMs + clockToleranceMs;
  const cycles = Object.values(reader.tally(afterMs, forEver)).reduce((sum, count) => sum + count, 0);
  const isAfter = (timeMs: number | undefined) => timeMs !== undefined && timeMs > afterMs;
  return [
    ...reader.deployments(afterMs, forEver).map(({ release }) => `the deployment of ${release}`),
    ...(cycles > 0 ? [`${cycles} cycle${cycles === 1 ? '' : 's'}`] : []),
    ...(isAfter(alerts?.atMs) ? ['the alerts'] : []),
    ...(sentinel && 'atMs' in sentinel && isAfter(sentinel.atMs) ? ['the sentinel'] : []),
    ...(isAfter(schedule?.startMs) ? ['the schedule'] : []),
    ...(reader.series('up', [], afterMs, forEver).length > 0 ? ['samples'] : []),
    ...(reader.decisions(afterMs, forEver).length > 0 ? ['a decision'] : []),
  ];
}

/** What a history says of itself now. */
export function storedState(
  reader: CycleReader & SampleReader & JournalReader & StateReader & RowReader,
  setup: Pick<GateSetup, 'targetId'>,
  atMs: number,
): StoredState {
  const watch = savedState(reader, 'watch');
  const targetId = setup.targetId ?? watch?.targetId;
  const state = savedState(reader, 'alerts');
  const savedMs = reader.stateSavedMs('alerts');
  const sentinel = savedState(reader, 'sentinel');
  const alerts = state && savedMs !== undefined ? { atMs: savedMs, state } : undefined;
  const schedule = reader.grids().at(-1);
  return {
    ...rolloutOf(reader, atMs),
    targetId,
    watch,
    sentinel,
    confirmation: savedState(reader, 'confirmation'),
    alerts,
    newest: targetId === undefined ? undefined : reader.latestCycle(targetId),
    schedule,
    fromTheFuture: futureEntries(reader, { alerts, sentinel, schedule }, atMs),
  };
}
