import {
  type ChannelStatistics,
  interruptingChannels,
  type NotificationEvent,
  namingOf,
  type SignalNaming,
  sentinelChannel,
} from '../../alerts/index.ts';
import {
  dependenciesIn,
  deploymentLabel,
  effectiveThresholds,
  type ThresholdTable,
} from '../../core/index.ts';
import type { Coverage, HistoryReader } from '../../history/index.ts';
import type { Baseline } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import type { TestTotals } from '../metrics/cycle-metrics.ts';
import { type Evaluator, openEvaluator } from './evaluator.ts';
import { openKeptExchanges } from './kept-exchanges.ts';
import { type Notes, openNotes } from './notes.ts';
import { followRecording, type Recording } from './recording.ts';
import { type Confirmation, type SavedStates, type SentinelState, savedState } from './saved-state.ts';
import type { WatchOptions } from './watch-options.ts';

/** What changes while a watch runs. */
export interface WatchState {
  lastTickMs: number;
  /** The same by the clock that nobody can set. */
  lastTickMonotonicMs: number;
  /** The last cycle that ended. */
  last: CycleRecord | undefined;
  totals: TestTotals;
  confirmation: Confirmation;
  sentinel: SentinelState;
}

/** What the parts of a watch share. */
export interface WatchParts {
  options: WatchOptions;
  startedMs: number;
  table: ThresholdTable;
  naming: SignalNaming;
  baseline: Baseline;
  notes: Notes;
  evaluator: Evaluator;
  /** Whether the history can be written. */
  recording: Recording;
  state: WatchState;
  /** Looks whether the evidence is there, always; whether all of it is sound, as often as that may cost. */
  lookAtEvidence(): void;
  /** Keeps what a check asked and was answered when it failed. */
  noteExchanges: ReturnType<typeof openKeptExchanges>;
}

/** Which part of the time the whole of the evidence is read for damage: the longer that takes, the rarer it is. */
const evidenceCheckRatio = 0.0002;

function evidenceLook({ clock, checkEvidence }: WatchOptions, notes: Notes): () => void {
  let checkedMs = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  return () => {
    const nowMs = clock.monotonic();
    const isWhole = (nowMs - checkedMs) * evidenceCheckRatio >= tookMs;
    if (isWhole) checkedMs = nowMs;
    void notes.attemptLong('the evidence could not be looked at', async () => {
      const lookedForMs = await checkEvidence(isWhole);
      if (isWhole) tookMs = lookedForMs ?? 0;
    });
  };
}

/** A receipt of before a restart is still a receipt, and a missing one is missing until the next arrives. */
function sentinelBefore(history: HistoryReader): SentinelState {
  const before = savedState(history, 'sentinel');
  return before && before.state !== 'off' ? before : { state: 'never' };
}

/** A failure that was being looked at is still looked at after a restart, if the target is the same. */
function confirmationBefore(history: HistoryReader, targetId: string): Confirmation {
  const isSameTarget = savedState(history, 'watch')?.targetId === targetId;
  return (isSameTarget && savedState(history, 'confirmation')) || { state: 'none' };
}

/** How each channel to somebody delivers; the sentinel tells of its own. */
export function channelsOf({ dispatcher }: WatchOptions): Record<string, ChannelStatistics> {
  const { [sentinelChannel]: _, ...channels } = dispatcher.statistics();
  return channels;
}

function evaluatorOf(
  options: WatchOptions,
  { table, naming, baseline, notes, recording }: Omit<WatchParts, 'evaluator'>,
) {
  const { config } = options;
  return openEvaluator({
    ...options,
    table,
    naming,
    baseline,
    recording,
    warn: notes.warn,
    maintenance: config.maintenance,
    probe: config.probe,
    suite: { root: options.suiteRoot, command: config.suite.command },
    deployment: deploymentLabel(config),
    dependencies: dependenciesIn(config),
    quarantine: config.quarantine,
    isOneOfSeveral: config.monitoring.probes.length > 1,
    channels: () => channelsOf(options),
    interrupting: interruptingChannels(config),
    isRollbackAutomatic: options.rollbackAnswer !== undefined,
    evaluationIntervalMs: options.sampleMs,
    cycleIntervalMs: options.intervalMs,
  });
}

/** Opens what the parts of a watch share, in the state in which the watch before it ended. */
export function openParts(options: WatchOptions): WatchParts {
  const { config, harness, history, clock } = options;
  const notes = openNotes(clock.now, options.say);
  const parts = {
    options,
    startedMs: clock.now(),
    table: effectiveThresholds(config),
    naming: namingOf(config, harness.services),
    baseline: new Map(history.baseline().map(({ check, fingerprint }) => [check, fingerprint])),
    notes,
    recording: options.recording ?? followRecording(history.file, clock),
    state: {
      lastTickMs: clock.now(),
      lastTickMonotonicMs: clock.monotonic(),
      last: undefined,
      totals: { total: 0, passed: 0, failed: 0, skipped: 0 },
      confirmation: confirmationBefore(history, harness.targetId),
      sentinel: options.sentinel ? sentinelBefore(history) : ({ state: 'off' } as const),
    },
    lookAtEvidence: evidenceLook(options, notes),
    noteExchanges: openKeptExchanges(history),
  };
  return { ...parts, evaluator: evaluatorOf(options, parts) };
}

/** Keeps what another process must know of this watch, such as the gate. */
export function keepState<Key extends keyof SavedStates>(
  { options, notes }: WatchParts,
  key: Key,
  state: SavedStates[Key],
): void {
  notes.attempt(`the state of the ${key} could not be kept`, () => options.history.saveState(key, state));
}

/** Queues an event that is no alert, and has it sent. */
export function notify(
  { options, notes, evaluator }: WatchParts,
  what: string,
  event: NotificationEvent,
): void {
  notes.attempt(`the ${what} could not be queued`, () => evaluator.notify(event, options.clock.now()));
  options.dispatcher.wake();
}

/** How much of the last 48 hours was watched. */
export function coverageNow({ options: { history, clock } }: WatchParts): Coverage {
  return history.coverage(clock.now() - 48 * 3_600_000, clock.now());
}

/** Tells who decides about rollbacks what is pending and firing now. */
export function decideRollback({ options, notes, evaluator }: WatchParts): void {
  // Who is cut off decides nothing.
  if (options.witness?.isOffline()) return;
  notes.attempt('a rollback could not be decided', () => options.onEvaluated?.(evaluator.state()));
}
