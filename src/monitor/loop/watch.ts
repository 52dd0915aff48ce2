import { randomUUID } from 'node:crypto';
import { type NotificationEvent, namingOf, pruneOutbox } from '../../alerts/index.ts';
import { effectiveThresholds, messageOf, metricsUrlOf, VigilError } from '../../core/index.ts';
import { type History, recordedCycleOf, type Snapshot } from '../../history/index.ts';
import { isNewFailure } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import { addToTotals, cycleMetrics, type TestTotals, withProbe } from '../metrics/cycle-metrics.ts';
import { type Confirmation, confirm } from './confirmation.ts';
import { openCycleSchedule } from './cycle-schedule.ts';
import { openEvaluator } from './evaluator.ts';
import { openNotes } from './notes.ts';
import { ownSamples } from './own-series.ts';
import { runSampleLoop } from './sample-loop.ts';
import { type SavedStates, savedState } from './saved-state.ts';
import type { SentinelState } from './sentinel.ts';
import { runSentinelLoop } from './sentinel-loop.ts';
import { coverageMetrics, watchMetrics } from './watch-metrics.ts';
import type { Watch, WatchOptions } from './watch-options.ts';

/** Which part of the time the whole of the evidence is read for damage: the longer that takes, the rarer it is. */
const evidenceCheckRatio = 0.0002;

/** A receipt of before a restart is still a receipt, and a missing one is missing until the next arrives. */
function sentinelBefore(history: History): SentinelState {
  const before = savedState(history, 'sentinel');
  return before && before.state !== 'off' ? before : { state: 'never' };
}

/** Opens the watch over a target: cycles on a grid, samples and alerts between them, everything in the history. */
export function openWatch(options: WatchOptions): Watch {
  const { config, harness, history, clock } = options;
  const notes = openNotes(clock.now, options.say);
  const { survive, warn } = notes;
  const table = effectiveThresholds(config);
  const startedMs = clock.now();
  const naming = namingOf(config, harness.target);
  const baselineEntries = history.baseline();
  const baseline = new Map(baselineEntries.map(({ check, fingerprint }) => [check, fingerprint]));
  const evaluator = openEvaluator({
    history,
    table,
    naming,
    catalogue: options.catalogue,
    baseline,
    maintenance: config.maintenance,
    route: options.route,
    redactor: options.redactor,
    url: options.url,
    probe: config.probe,
    ...(options.rollbackAdvice && { rollbackAdvice: options.rollbackAdvice }),
    evaluationIntervalMs: options.sampleMs,
    cycleIntervalMs: options.intervalMs,
    withoutMetrics: metricsUrlOf(harness.target) === undefined,
  });
  let last: CycleRecord | undefined;
  let totals: TestTotals = { total: 0, passed: 0, failed: 0, skipped: 0 };
  // A failure that was being looked at is still looked at after a restart, if the target is the same.
  const isSameTarget = savedState(history, 'watch')?.targetId === harness.targetId;
  let confirmation: Confirmation = (isSameTarget && savedState(history, 'confirmation')) || { state: 'none' };
  let sentinel: SentinelState = options.sentinel ? sentinelBefore(history) : { state: 'off' };
  let lastTickMs = startedMs;
  let evidenceCheckedMs = startedMs;
  let evidenceCheckTookMs = 0;

  /** What another process must know of this watch, such as the gate. */
  const keepState = <Key extends keyof SavedStates>(key: Key, state: SavedStates[Key]) =>
    survive(`the state of the ${key} could not be kept`, () => history.saveState(key, state));
  const coverageNow = () => history.coverage(clock.now() - 48 * 3_600_000, clock.now());
  const cycleFamilies = () =>
    last ? cycleMetrics(config.metricsPrefix, last, totals, evaluator.triggers()) : [];
  const withOwnProbe = (families: ReturnType<typeof watchMetrics>) => withProbe(families, config.probe);
  /** What is recorded with the samples, beside what is scraped. */
  const ownFamilies = () => [...cycleFamilies(), ...withOwnProbe(coverageMetrics(coverageNow()))];
  const families = () => [
    ...cycleFamilies(),
    ...withOwnProbe(
      watchMetrics({
        version: options.version,
        targetId: harness.targetId,
        startedMs,
        lastTickMs,
        intervalMs: schedule.intervalMs(),
        sentinel,
        confirmation,
        coverage: coverageNow(),
        alerts: evaluator.state(),
        channels: options.dispatcher.statistics(),
      }),
    ),
  ];

  /** Whether it is there, always; whether all of it is sound, as often as that may cost. */
  const checkEvidence = () => {
    const nowMs = clock.now();
    const isWhole = Math.abs(nowMs - evidenceCheckedMs) * evidenceCheckRatio >= evidenceCheckTookMs;
    const beganMs = performance.now();
    survive('the evidence could not be looked at', () => options.checkEvidence(isWhole));
    if (!isWhole) return;
    evidenceCheckedMs = nowMs;
    evidenceCheckTookMs = performance.now() - beganMs;
  };

  const sample = async () => {
    const scrapes = await options.scrape();
    // What an end cut off says nothing of the target.
    if (options.signal.aborted) return;
    const atMs = clock.now();
    survive('samples could not be recorded', () => {
      history.transaction(() => {
        for (const { job, samples } of scrapes) history.recordSamples(atMs, samples, job);
        history.recordSamples(atMs, ownSamples(ownFamilies()), 'genesis-tests');
      });
      evaluator.evaluate(atMs);
    });
    survive('a rollback could not be decided', () => options.onEvaluated?.(evaluator.state()));
    checkEvidence();
    options.dispatcher.wake();
  };

  const beat = (state: 'start' | 'success' | 'fail', id: string) =>
    survive('the heartbeat could not be queued', () =>
      evaluator.tell({ kind: 'heartbeat', state, id, at: new Date(clock.now()).toISOString() }, clock.now()),
    );

  /** What can't be run now may be run at the next slot; only a mistake of the configuration never mends itself. */
  const attempt = async (run: () => Promise<CycleRecord>): Promise<CycleRecord | undefined> => {
    try {
      return await run();
    } catch (thrown) {
      if (thrown instanceof VigilError && thrown.code === 'CONFIG_INVALID') throw thrown;
      warn(`the cycle could not be run: ${messageOf(thrown)}`);
      return undefined;
    }
  };

  const cycle = async (slotMs: number | undefined) => {
    const id = randomUUID();
    const startMs = clock.now();
    if (slotMs !== undefined) survive('the slot could not be noted', () => history.begin(slotMs, id));
    beat('start', id);
    let snapshots: readonly Snapshot[] = [];
    survive('past cycles could not be read', () => {
      snapshots = history.snapshots(startMs - config.liveWindow * 3, 1000, harness.targetId);
    });
    const trace = options.telemetry?.begin();
    const context = { ...harness.contextFor(id), ...(trace && { trace }) };
    const record = await attempt(() => options.runCycle(context, snapshots, options.signal));
    if (options.signal.aborted || !record) {
      // Abandoned halfway it says nothing of the target.
      if (slotMs !== undefined)
        survive('the slot could not be noted', () =>
          history.recordMissed([{ slotMs, reason: 'not running' }]),
        );
      return;
    }
    if (trace) options.telemetry?.cycle(trace, record);
    // Its report and what it printed can be many megabytes, and nobody asks for them again.
    last = { ...record, junitXml: undefined, probesXml: undefined, output: '' };
    totals = addToTotals(totals, record.signals);
    confirmation = confirm(confirmation, record.verdict, startMs);
    checkEvidence();
    survive('the cycle could not be recorded', () =>
      history.transaction(() => {
        history.recordCycle(recordedCycleOf(record, slotMs ?? startMs));
        history.saveState('confirmation', confirmation);
      }),
    );
    for (const warning of options.keepFiles(record)) warn(warning);
    survive('alerts could not be evaluated', () => {
      // One time for both: a replay finds by the samples when the outcomes were judged.
      const atMs = clock.now();
      history.recordSamples(atMs, ownSamples(ownFamilies()), 'genesis-tests');
      evaluator.evaluate(atMs, record.outcomes);
    });
    survive('a rollback could not be decided', () => options.onEvaluated?.(evaluator.state()));
    survive('derived files could not be written', () => void history.deriveFiles(config.reports));
    survive('what is beyond retention could not be deleted', () => {
      history.prune();
      pruneOutbox(history.database, clock.now() - config.retention);
    });
    beat(record.verdict === 'pass' ? 'success' : 'fail', id);
    options.dispatcher.wake();
  };

  const schedule = openCycleSchedule({
    history,
    clock,
    notes,
    cycle,
    signal: options.signal,
    intervalMs: options.intervalMs,
    fastMs: options.fastMs,
    durationMs: options.durationMs,
    thenIntervalMs: options.thenIntervalMs,
    isConfirming: () => confirmation.state === 'confirming',
    onEnd: () => options.onEnd?.(),
    onInterval(intervalMs) {
      evaluator.setCycleInterval(intervalMs);
      keepStates();
    },
  });

  const keepStates = () => {
    keepState('watch', {
      intervalMs: schedule.intervalMs(),
      startedMs,
      url: options.url,
      pid: process.pid,
      targetId: harness.targetId,
    });
    keepState('confirmation', confirmation);
    keepState('sentinel', sentinel);
  };

  const sentinelParts = {
    clock,
    notes,
    tell(event: NotificationEvent) {
      survive('the sentinel could not be queued', () => evaluator.tell(event, clock.now()));
      options.dispatcher.wake();
    },
    onState(state: SentinelState) {
      sentinel = state;
      keepState('sentinel', sentinel);
    },
  };

  return {
    startedMs,
    table,
    naming,
    rules: evaluator.rules(),
    async run() {
      keepStates();
      // When the watch's time is over nobody waits for his next turn, the sentinel's hour least of all.
      const ended = new AbortController();
      const signal = AbortSignal.any([options.signal, ended.signal]);
      await Promise.all([
        schedule.run().finally(() => ended.abort()),
        runSampleLoop({
          clock,
          notes,
          signal,
          sample,
          everyMs: options.sampleMs,
          onPause: schedule.slept,
          onTick: (atMs) => {
            lastTickMs = atMs;
          },
        }),
        ...(options.sentinel ? [runSentinelLoop({ ...options.sentinel, ...sentinelParts, signal })] : []),
      ]);
    },
    families,
    lastTickMs: () => lastTickMs,
    warn,
    evidenceRenewed() {
      evaluator.forgetTold();
      keepStates();
      survive('the baseline could not be kept', () => {
        if (history.baseline().length === 0 && baseline.size > 0) history.saveBaseline(baselineEntries);
      });
      schedule.renewed();
    },
    status() {
      const nowMs = clock.now();
      return {
        nowMs,
        startedMs,
        intervalMs: schedule.intervalMs(),
        last,
        isKnown: (check) => !isNewFailure(check, baseline),
        values: evaluator.values(nowMs),
        coverage: coverageNow(),
        confirmation,
        sentinel,
        alerts: evaluator.state(),
        pendingNotifications: options.dispatcher.pending(),
        warnings: notes.warnings(),
      };
    },
  };
}
