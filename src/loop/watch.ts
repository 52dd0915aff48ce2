import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertRule, EngineState } from '../alerts/index.ts';
import type { CheckDefinition } from '../catalogue/index.ts';
import { effectiveThresholds, type VigilConfig } from '../config/index.ts';
import type { CycleRecord } from '../cycle/index.ts';
import { messageOf } from '../errors.ts';
import type { Snapshot } from '../evidence/index.ts';
import type { Harness } from '../harness/index.ts';
import { type History, type MissedReason, recordedCycleOf } from '../history/index.ts';
import { addToTotals, cycleMetrics, type TestTotals } from '../metrics/index.ts';
import type { Dispatcher, NotificationEvent, ReceiptReceiver, Redactor } from '../notify/index.ts';
import type { RunContext } from '../run/index.ts';
import type { SignalNaming } from '../signals/index.ts';
import type { ThresholdTable } from '../thresholds/index.ts';
import { clockEvents } from './clock-watch.ts';
import { openEvaluator } from './evaluator.ts';
import { ownSamples } from './own-series.ts';
import { type SavedStates, savedState } from './saved-state.ts';
import { type Confirmation, confirm, planNext, slotAt } from './schedule.ts';
import type { Scrape } from './scrape.ts';
import { runSentinel, type SentinelState } from './sentinel.ts';
import type { StatusInput } from './watch-status.ts';

/** Both clocks and the waiting, so that 48 hours can be simulated. */
export interface WatchClock {
  now(): number;
  monotonic(): number;
  /** Resolves after the time, or at once when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const realClock: WatchClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

export interface WatchOptions {
  config: VigilConfig;
  harness: Harness;
  catalogue: readonly CheckDefinition[] | undefined;
  history: History;
  dispatcher: Dispatcher;
  route: (event: NotificationEvent) => readonly string[];
  redactor: Redactor;
  url: string;
  intervalMs: number;
  fastMs: number;
  sampleMs: number;
  durationMs: number | undefined;
  sentinel?: { receiver: ReceiptReceiver; channel: string; everyMs: number; timeoutMs: number } | undefined;
  clock: WatchClock;
  runCycle(context: RunContext, snapshots: readonly Snapshot[], signal: AbortSignal): Promise<CycleRecord>;
  /** Scrapes everything the signals are made of. */
  scrape(): Promise<Scrape[]>;
  /** Writes what else a cycle leaves under reports/; returns what could not be written. */
  keepFiles(record: CycleRecord): string[];
  /** What a person on call does when this trigger calls for a rollback. */
  rollbackAdvice?(trigger: string): string;
  /** Told after every evaluation, with what is pending and firing. */
  onEvaluated?(state: EngineState): void;
  say(line: string): void;
  signal: AbortSignal;
}

export interface Watch {
  startedMs: number;
  /** What the rules judge by: the limits in force, the rules made with them, the names of the series. */
  table: ThresholdTable;
  rules: readonly AlertRule[];
  naming: SignalNaming;
  /** Watches until the duration is over or the signal comes. */
  run(): Promise<void>;
  status(): StatusInput;
  /** The metrics of the last cycle. */
  families(): ReturnType<typeof cycleMetrics>;
  lastTickMs(): number;
}

const warningLimit = 50;

/** A receipt of before a restart is still a receipt, and a missing one is missing until the next arrives. */
function sentinelBefore(history: History): SentinelState {
  const before = savedState(history, 'sentinel');
  return before && before.state !== 'off' ? before : { state: 'never' };
}

/** Opens the watch over a target: cycles on a grid, samples and alerts between them, everything in the history. */
export function openWatch(options: WatchOptions): Watch {
  const { config, harness, history, clock, intervalMs, say } = options;
  const table = effectiveThresholds(config);
  const startedMs = clock.now();
  const naming: SignalNaming = {
    prefix: config.metricsPrefix,
    windowMs: config.liveWindow,
    services: harness.target.planner ? 'genesis-(orchestration|planner)' : 'genesis-orchestration',
  };
  const evaluator = openEvaluator({
    history,
    table,
    naming,
    catalogue: options.catalogue,
    baseline: new Map(history.baseline().map(({ check, fingerprint }) => [check, fingerprint])),
    route: options.route,
    redactor: options.redactor,
    url: options.url,
    ...(options.rollbackAdvice && { rollbackAdvice: options.rollbackAdvice }),
    evaluationIntervalMs: options.sampleMs,
    cycleIntervalMs: intervalMs,
  });
  const warnings: string[] = [];
  let last: CycleRecord | undefined;
  let totals: TestTotals = { total: 0, passed: 0, failed: 0, skipped: 0 };
  // A failure that was being looked at is still looked at after a restart, if the target is the same.
  const isSameTarget = savedState(history, 'watch')?.targetId === harness.targetId;
  let confirmation: Confirmation = (isSameTarget && savedState(history, 'confirmation')) || { state: 'none' };
  let sentinel: SentinelState = options.sentinel ? sentinelBefore(history) : { state: 'off' };
  let lastTickMs = startedMs;
  let missedBecause: MissedReason = 'not running';

  const warn = (text: string) => {
    warnings.push(`${new Date(clock.now()).toISOString()} ${text}`);
    if (warnings.length > warningLimit) warnings.shift();
    say(text);
  };
  /** The evidence may be impossible to write for a while, as on a full disk: said, survived, tried again. */
  const survive = (what: string, action: () => void) => {
    try {
      action();
    } catch (thrown) {
      warn(`${what}: ${messageOf(thrown)}`);
    }
  };
  /** What another process must know of this watch, such as the gate. */
  const keepState = <Key extends keyof SavedStates>(key: Key, state: SavedStates[Key]) =>
    survive(`the state of the ${key} could not be kept`, () => history.saveState(key, state));
  const families = () => (last ? cycleMetrics(config.metricsPrefix, last, totals) : []);

  const sample = async () => {
    const scrapes = await options.scrape();
    const atMs = clock.now();
    survive('samples could not be recorded', () => {
      history.transaction(() => {
        for (const { job, samples } of scrapes) history.recordSamples(atMs, samples, job);
        if (last) history.recordSamples(atMs, ownSamples(families()), 'genesis-tests');
      });
      evaluator.evaluate(atMs);
    });
    survive('a rollback could not be decided', () => options.onEvaluated?.(evaluator.state()));
    options.dispatcher.wake();
  };

  const sampleLoop = async () => {
    let before = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
    let first = true;
    while (!options.signal.aborted && !isOver()) {
      await sample();
      await clock.wait(options.sampleMs, waiting);
      const after = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
      for (const event of first ? [] : clockEvents(before, after, options.sampleMs)) {
        missedBecause = 'suspended';
        warn(
          event.kind === 'jump'
            ? `the wall clock jumped by ${Math.round(event.byMs / 1000)} s`
            : `nothing ran for ${Math.round(event.forMs / 1000)} s: the machine slept, or the process was stopped`,
        );
      }
      first = false;
      before = after;
      lastTickMs = after.wallMs;
    }
  };

  // When the watch's time is over nobody waits for his next turn, the sentinel's hour least of all.
  const ended = new AbortController();
  const waiting = AbortSignal.any([options.signal, ended.signal]);
  const isOver = () => options.durationMs !== undefined && clock.now() >= startedMs + options.durationMs;

  const beat = (state: 'start' | 'success' | 'fail', id: string) =>
    survive('the heartbeat could not be queued', () =>
      evaluator.tell({ kind: 'heartbeat', state, id, at: new Date(clock.now()).toISOString() }, clock.now()),
    );

  const cycle = async (slotMs: number | undefined) => {
    const id = randomUUID();
    const startMs = clock.now();
    if (slotMs !== undefined) survive('the slot could not be noted', () => history.begin(slotMs, id));
    beat('start', id);
    const snapshots = history.snapshots(startMs - config.liveWindow * 3, 1000, harness.targetId);
    const record = await options.runCycle(harness.contextFor(id), snapshots, options.signal);
    if (options.signal.aborted) {
      // Abandoned halfway it says nothing of the target.
      if (slotMs !== undefined)
        survive('the slot could not be noted', () =>
          history.recordMissed([{ slotMs, reason: 'not running' }]),
        );
      return;
    }
    last = record;
    totals = addToTotals(totals, record.signals);
    confirmation = confirm(confirmation, record.verdict, startMs);
    survive('the cycle could not be recorded', () =>
      history.transaction(() => {
        history.recordCycle(recordedCycleOf(record, slotMs ?? startMs));
        history.saveState('confirmation', confirmation);
      }),
    );
    for (const warning of options.keepFiles(record)) warn(warning);
    survive('alerts could not be evaluated', () => {
      history.recordSamples(clock.now(), ownSamples(families()), 'genesis-tests');
      evaluator.evaluate(clock.now(), record.outcomes);
    });
    survive('a rollback could not be decided', () => options.onEvaluated?.(evaluator.state()));
    survive('derived files could not be written', () => void history.deriveFiles(config.reports));
    survive('what is beyond retention could not be deleted', () => void history.prune());
    beat(record.verdict === 'pass' ? 'success' : 'fail', id);
    options.dispatcher.wake();
  };

  const sentinelLoop = async ({
    receiver,
    channel,
    everyMs,
    timeoutMs,
  }: NonNullable<WatchOptions['sentinel']>) => {
    while (!options.signal.aborted && !isOver()) {
      const nowMs = clock.now();
      const tell = (event: NotificationEvent) => {
        survive('the sentinel could not be queued', () => evaluator.tell(event, nowMs));
        options.dispatcher.wake();
      };
      sentinel = await runSentinel({ tell, receiver, channel, nowMs, timeoutMs });
      keepState('sentinel', sentinel);
      if (sentinel.state === 'missing') warn(`the sentinel did not arrive: ${sentinel.reason}`);
      await clock.wait(everyMs, waiting);
    }
  };

  /** The schedule of before goes on when it is the same and was not ended; what came due meanwhile was missed. */
  const gridOf = () => {
    const before = history.grids().at(-1);
    const goesOn = before && before.endMs === undefined && before.intervalMs === intervalMs;
    return goesOn ? { startMs: before.startMs, intervalMs } : { startMs: startedMs, intervalMs };
  };

  const cycleLoop = async () => {
    const grid = gridOf();
    survive('the schedule could not be recorded', () => history.beginGrid(grid));
    let done = slotAt(grid, startedMs) - 1;
    while (!options.signal.aborted && !isOver()) {
      const plan = planNext(grid, done, clock.now());
      if (plan.skipped.length > 0) {
        const reason = missedBecause === 'suspended' ? 'suspended' : 'overrun';
        survive('missed slots could not be recorded', () =>
          history.recordMissed(
            plan.skipped.map((slot) => ({ slotMs: grid.startMs + slot * intervalMs, reason })),
          ),
        );
        warn(`${plan.skipped.length} slot${plan.skipped.length === 1 ? '' : 's'} skipped: ${reason}`);
      }
      missedBecause = 'not running';
      done = plan.next - 1;
      const fastAt =
        confirmation.state === 'confirming' ? clock.now() + options.fastMs : Number.POSITIVE_INFINITY;
      const isFast = fastAt < plan.nextMs;
      const endMs =
        options.durationMs === undefined ? Number.POSITIVE_INFINITY : startedMs + options.durationMs;
      await clock.wait(Math.max(0, Math.min(fastAt, plan.nextMs, endMs) - clock.now()), options.signal);
      if (options.signal.aborted || isOver()) break;
      await cycle(isFast ? undefined : plan.nextMs);
      if (!isFast) done = plan.next;
    }
    if (isOver()) survive('the end could not be recorded', () => history.endGrid(clock.now()));
    ended.abort();
  };

  return {
    ...{ startedMs, table, naming, rules: evaluator.rules },
    async run() {
      keepState('watch', {
        ...{ intervalMs, startedMs, url: options.url },
        ...{ pid: process.pid, targetId: harness.targetId },
      });
      keepState('confirmation', confirmation);
      keepState('sentinel', sentinel);
      await Promise.all([
        sampleLoop(),
        cycleLoop(),
        ...(options.sentinel ? [sentinelLoop(options.sentinel)] : []),
      ]);
    },
    families,
    lastTickMs: () => lastTickMs,
    status() {
      const nowMs = clock.now();
      return {
        nowMs,
        startedMs,
        intervalMs,
        last,
        values: evaluator.values(nowMs),
        coverage: history.coverage(nowMs - 48 * 3_600_000, nowMs),
        confirmation,
        sentinel,
        alerts: evaluator.state(),
        pendingNotifications: options.dispatcher.pending(),
        warnings: [...warnings],
      };
    },
  };
}
