import { isNewFailure, type MixedReleases, mixedReleases } from '../../suite/index.ts';
import { CycleSchedule } from './cycle-schedule.ts';
import { runSampleLoop } from './sample-loop.ts';
import { runSentinelLoop } from './sentinel.ts';
import { untilNotified } from './until-notified.ts';
import { beginCycle, closeCycle, judgeEnded, missSlot, recordEnded, runBegun } from './watch-cycle.ts';
import { watchFamilies } from './watch-metrics.ts';
import type { Watch, WatchOptions } from './watch-options.ts';
import { channelsOf, coverageNow, keepState, openParts, type WatchParts } from './watch-parts.ts';
import type { StatusInput } from './watch-status.ts';

/** The watchdog: for each slot that is due a cycle is run, recorded, judged and told. */
async function watchSlots(
  parts: WatchParts,
  schedule: CycleSchedule,
  sentinelHanded: Promise<void>,
): Promise<void> {
  for await (const slotMs of schedule.slots()) {
    const cycle = beginCycle(parts, slotMs);
    const record = await runBegun(parts, cycle);
    if (!record) {
      missSlot(parts, cycle);
      continue;
    }
    const kept = recordEnded(parts, cycle, record);
    // The sentinel travels with the alerts of a cycle, and there may be just one.
    if (parts.options.isSingle) await sentinelHanded;
    await judgeEnded(parts, record);
    closeCycle(parts, kept);
    if (parts.options.isSingle) await untilNotified(parts);
  }
}

/** The watchdog, and beside it the samples and the sentinel; all of them end with it. */
async function runAll(parts: WatchParts, schedule: CycleSchedule): Promise<void> {
  // When the watch's time is over nobody waits for his next turn, the sentinel's hour least of all.
  const ended = new AbortController();
  const signal = AbortSignal.any([parts.options.signal, ended.signal]);
  const handed = Promise.withResolvers<void>();
  if (!parts.options.sentinel) handed.resolve();
  await Promise.all([
    watchSlots(parts, schedule, handed.promise).finally(() => ended.abort()),
    runSampleLoop(parts, signal, () => schedule.slept()),
    runSentinelLoop(parts, signal, handed.resolve),
  ]);
}

function keepStates(parts: WatchParts, intervalMs: number): void {
  const { options, startedMs, state } = parts;
  const { targetId } = options.harness;
  keepState(parts, 'watch', { intervalMs, startedMs, url: options.url, pid: process.pid, targetId });
  keepState(parts, 'confirmation', state.confirmation);
  keepState(parts, 'sentinel', state.sentinel);
}

function scheduleOf(parts: WatchParts): CycleSchedule {
  const { options, notes, state } = parts;
  return new CycleSchedule({
    ...options,
    notes,
    isConfirming: () => state.confirmation.state === 'confirming',
    onInterval(intervalMs) {
      parts.evaluator.setCycleInterval(intervalMs);
      keepStates(parts, intervalMs);
    },
  });
}

/** The services whose instances run several releases, as the last cycle saw them. */
function mixedNow({ options: { history, clock }, state }: WatchParts): MixedReleases[] {
  const { releases = {} } = state.last?.identity ?? {};
  if (mixedReleases(releases).length === 0) return [];
  return mixedReleases(releases, history.deployments(0, clock.now()).at(-1)?.release);
}

function statusOf(parts: WatchParts, intervalMs: number): StatusInput {
  const { options, state, evaluator } = parts;
  const nowMs = options.clock.now();
  return {
    nowMs,
    startedMs: parts.startedMs,
    intervalMs,
    last: state.last,
    isKnown: (check) => !isNewFailure(check, parts.baseline),
    values: evaluator.values(nowMs),
    mixedReleases: mixedNow(parts),
    coverage: coverageNow(parts),
    confirmation: state.confirmation,
    sentinel: state.sentinel,
    alerts: evaluator.state(),
    unrecorded: parts.recording.trouble(),
    pendingNotifications: options.dispatcher.pending(),
    channels: channelsOf(options),
    warnings: parts.notes.warnings(),
    leader: options.leadership?.standing(),
  };
}

/** Opens the watch over a target: cycles on a schedule, samples and alerts between them, everything in the history. */
export function openWatch(options: WatchOptions): Watch {
  const { history } = options;
  const parts = openParts(options);
  const { notes, evaluator } = parts;
  const schedule = scheduleOf(parts);
  const baselineEntries = history.baseline();
  return {
    startedMs: parts.startedMs,
    table: parts.table,
    naming: parts.naming,
    rules: evaluator.rules(),
    async run() {
      keepStates(parts, schedule.intervalMs());
      await runAll(parts, schedule);
    },
    status: () => statusOf(parts, schedule.intervalMs()),
    families: () => watchFamilies(parts, schedule.intervalMs()),
    lastTickMs: () => parts.state.lastTickMs,
    sinceTickMs: () => options.clock.monotonic() - parts.state.lastTickMonotonicMs,
    warn: notes.warn,
    evidenceRenewed() {
      evaluator.forgetNotified();
      keepStates(parts, schedule.intervalMs());
      notes.attempt('the baseline could not be kept', () => {
        if (history.baseline().length === 0 && baselineEntries.length > 0)
          history.saveBaseline(baselineEntries);
      });
      schedule.renewed();
    },
  };
}
