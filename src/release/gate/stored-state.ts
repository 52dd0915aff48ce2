import type {
  CycleReader,
  JournalReader,
  RowReader,
  SampleReader,
  StateReader,
} from '../../history/index.ts';
import { type SavedStates, savedState } from '../../monitor/index.ts';
import { rollbacksSince } from './rollbacks.ts';
import type { GateSetup } from './setup.ts';

/** Clocks of two processes on one machine don't differ by more. */
const clockToleranceMs = 1000;
const forEver = Number.MAX_SAFE_INTEGER;

/** The newest deployment that is not dated in the future; `undefined` when none was recorded. */
export function deploymentOf(reader: Pick<JournalReader, 'deployments'>, atMs: number) {
  const newest = reader.deployments(0, atMs).at(-1);
  return newest && { release: newest.release, timeMs: newest.timeMs };
}

/** The newest deployment, the stages taken since and the rollbacks that were under way, as only the history knows them. */
export function rolloutOf(reader: JournalReader & RowReader, atMs: number) {
  const deployment = deploymentOf(reader, atMs);
  return {
    deployment,
    taken: deployment ? reader.takenStages(deployment.timeMs) : [],
    rollbacks: deployment ? rollbacksSince(reader, deployment.timeMs) : [],
  };
}

export type Rollout = ReturnType<typeof rolloutOf>;

/** Entries dated after now, in words: with them nothing that depends on time can be believed. */
function futureEntries(
  reader: CycleReader & SampleReader & JournalReader,
  alertsMs: number | undefined,
  sentinel: SavedStates['sentinel'] | undefined,
  scheduleMs: number | undefined,
  atMs: number,
): string[] {
  const afterMs = atMs + clockToleranceMs;
  const cycles = Object.values(reader.tally(afterMs, forEver)).reduce((sum, count) => sum + count, 0);
  const isAfter = (timeMs: number | undefined) => timeMs !== undefined && timeMs > afterMs;
  return [
    ...reader.deployments(afterMs, forEver).map(({ release }) => `the deployment of ${release}`),
    ...(cycles > 0 ? [`${cycles} cycle${cycles === 1 ? '' : 's'}`] : []),
    ...(isAfter(alertsMs) ? ['the alerts'] : []),
    ...(sentinel && 'atMs' in sentinel && isAfter(sentinel.atMs) ? ['the sentinel'] : []),
    ...(isAfter(scheduleMs) ? ['the schedule'] : []),
    ...(reader.series('up', [], afterMs, forEver).length > 0 ? ['samples'] : []),
    ...(reader.decisions(afterMs, forEver).length > 0 ? ['a decision'] : []),
  ];
}

/**
 * What a history says of itself now. Most of it is replaced as the watch goes on, so that of the past a replay must say
 * it.
 */
export function storedState(
  reader: CycleReader & SampleReader & JournalReader & StateReader & RowReader,
  setup: Pick<GateSetup, 'targetId'>,
  atMs: number,
) {
  const watch = savedState(reader, 'watch');
  const { targetId } = setup;
  const state = savedState(reader, 'alerts');
  const savedMs = reader.stateSavedMs('alerts');
  const sentinel = savedState(reader, 'sentinel');
  const alerts = state && savedMs !== undefined ? { atMs: savedMs, state } : undefined;
  const schedule = reader.grids().at(-1);
  return {
    ...rolloutOf(reader, atMs),
    /** Whose evidence is asked for; `undefined` when nobody said. */
    targetId,
    watch,
    sentinel,
    confirmation: savedState(reader, 'confirmation'),
    /** The alerts, and when they were judged. */
    alerts,
    newest: targetId === undefined ? undefined : reader.latestCycle(targetId),
    schedule,
    /** Entries dated after now: a clock was set back, or is wrong now. */
    fromTheFuture: futureEntries(reader, alerts?.atMs, sentinel, schedule?.startMs, atMs),
  };
}

export type StoredState = ReturnType<typeof storedState>;
