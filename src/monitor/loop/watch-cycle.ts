import { randomUUID } from 'node:crypto';
import { pruneOutbox } from '../../alerts/index.ts';
import { messageOf, VigilError } from '../../core/index.ts';
import type { Snapshot } from '../../history/index.ts';
import { uncleanedTexts } from '../../suite/index.ts';
import { asUnrecorded, type CycleRecord } from '../cycle/cycle-record.ts';
import { storeCycle } from '../cycle/store-cycle.ts';
import { addToTotals, type TestTotals } from '../metrics/cycle-metrics.ts';
import type { CycleSpan } from '../telemetry/open-telemetry.ts';
import { cycleLine } from './loop-lines.ts';
import { confirm } from './saved-state.ts';
import { recordOwnSamples } from './watch-metrics.ts';
import { decideRollback, notify, type WatchParts } from './watch-parts.ts';

/** A cycle that has begun. */
interface BegunCycle {
  id: string;
  /** The slot that it is for; `undefined` between two slots. */
  slotMs: number | undefined;
  startMs: number;
  /** Where spans are exported. */
  span: CycleSpan | undefined;
}

function beat(parts: WatchParts, state: 'start' | 'success' | 'fail', id: string): void {
  const at = new Date(parts.options.clock.now()).toISOString();
  notify(parts, 'heartbeat', { kind: 'heartbeat', state, id, at });
}

/** Notes that a cycle begins for a slot, and says so to the dead man's switch. */
export function beginCycle(parts: WatchParts, slotMs: number | undefined): BegunCycle {
  const { history, clock, telemetry } = parts.options;
  const id = randomUUID();
  if (slotMs !== undefined)
    parts.notes.attempt('the slot could not be noted', () => history.begin(slotMs, id));
  beat(parts, 'start', id);
  return { id, slotMs, startMs: clock.now(), span: telemetry?.begin() };
}

/** Runs the suite and judges it. What can't be run now may be run at the next slot; only a mistake of the configuration never mends itself. */
export async function runBegun(
  { options, notes }: WatchParts,
  { id, startMs, span }: BegunCycle,
): Promise<CycleRecord | undefined> {
  const { config, harness, history } = options;
  let snapshots: readonly Snapshot[] = [];
  notes.attempt('past cycles could not be read', () => {
    snapshots = history.snapshots(startMs - config.liveWindow * 3, 1000, harness.targetId);
  });
  const context = { ...harness.contextFor(id), ...(span && { trace: span.trace }) };
  try {
    const record = await options.runCycle(context, snapshots, options.signal);
    // Abandoned halfway it says nothing of the target.
    return options.signal.aborted ? undefined : record;
  } catch (thrown) {
    if (thrown instanceof VigilError && thrown.code === 'CONFIG_INVALID') throw thrown;
    notes.warn(`the cycle could not be run: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** Records that nothing was observed in the slot of a cycle. */
export function missSlot({ options, notes }: WatchParts, { slotMs }: BegunCycle): void {
  if (slotMs === undefined) return;
  notes.attempt('the slot could not be noted', () =>
    options.history.recordMissed([{ slotMs, reason: 'not running' }]),
  );
}

/** Records a cycle in one transaction with what depends on it; returns the counters with it, or why it can't be recorded. */
function record(
  parts: WatchParts,
  { slotMs, startMs }: BegunCycle,
  ended: CycleRecord,
): { totals: TestTotals } | { unrecorded: string } {
  const { history } = parts.options;
  try {
    return history.transaction(() => {
      const totals = storeCycle(history, ended, slotMs ?? startMs);
      history.saveState('confirmation', parts.state.confirmation);
      parts.noteExchanges(ended.outcomes, startMs);
      return { totals };
    });
  } catch (thrown) {
    parts.recording.failed(thrown);
    return { unrecorded: messageOf(thrown) };
  }
}

/** Records a cycle that has ended, and writes what it leaves under reports/; returns it as the watch goes by it. */
export function recordEnded(parts: WatchParts, cycle: BegunCycle, ended: CycleRecord): CycleRecord {
  const { options, notes, state } = parts;
  cycle.span?.end(ended);
  for (const process of ended.leftBehind ?? [])
    notes.warn(`the suite left a process running, it was ended: ${process}`);
  for (const text of uncleanedTexts(ended.outcomes)) notes.warn(text);
  state.totals = addToTotals(state.totals, ended.signals);
  state.confirmation = confirm(state.confirmation, ended.verdict, cycle.startMs);
  parts.lookAtEvidence();
  const recorded = record(parts, cycle, ended);
  const kept = 'unrecorded' in recorded ? asUnrecorded(ended, recorded.unrecorded) : ended;
  options.say(cycleLine(kept));
  if (kept.unrecorded !== undefined) notes.warn(`the cycle could not be recorded: ${kept.unrecorded}`);
  // Its report and what it printed can be many megabytes, and nobody asks for them again.
  state.last = { ...kept, junitXml: undefined, probesXml: undefined, output: '' };
  // Since this watch began, unless the history has counted for longer.
  const totals = 'totals' in recorded ? recorded.totals : state.totals;
  for (const warning of options.keepFiles(kept, totals)) notes.warn(warning);
  return kept;
}

/** Judges every rule and every check after a cycle; who is to be told is told. */
export async function judgeEnded(
  parts: WatchParts,
  { outcomes, completeness, problems, instanceReleases }: CycleRecord,
): Promise<void> {
  const { options, notes } = parts;
  await notes.attemptLong('alerts could not be evaluated', async () => {
    // One time for both: a replay finds by the samples when the outcomes were judged.
    const atMs = options.clock.now();
    try {
      recordOwnSamples(parts, atMs);
    } catch (thrown) {
      if (!parts.recording.failed(thrown)) throw thrown;
    }
    const isWhole = completeness !== undefined && completeness !== 'unknown' && problems.length === 0;
    await parts.evaluator.evaluateInTurns(atMs, outcomes, isWhole, instanceReleases);
  });
  decideRollback(parts);
}

/** Deletes what is beyond retention, and says to the dead man's switch how the cycle ended. */
export function closeCycle(parts: WatchParts, { id, verdict }: CycleRecord): void {
  const { history } = parts.options;
  const { attempt } = parts.notes;
  attempt('expired entries could not be deleted', () => {
    history.prune();
    pruneOutbox(history.database, history.beyondRetention('outbox'));
  });
  beat(parts, verdict === 'pass' ? 'success' : 'fail', id);
}
