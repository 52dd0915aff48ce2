import path from 'node:path';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import type { VigilConfig } from '../../../src/core/config/schema.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import type { History } from '../../../src/history/history.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import type { CycleRecord } from '../../../src/monitor/cycle/cycle-record.ts';
import { openWatch } from '../../../src/monitor/loop/watch.ts';
import type { WatchOptions } from '../../../src/monitor/loop/watch-options.ts';
import type { SyntheticTarget } from './synthetic-target.ts';
import { syntheticWatch } from './synthetic-watch.ts';
import { VirtualClock } from './virtual-clock.ts';

const minute = 60_000;

export interface Simulation {
  folder: string;
  startMs: number;
  lengthMs: number;
  intervalMs: number;
  sampleMs: number;
  target: SyntheticTarget;
  config: VigilConfig;
  /** Where every notification that interrupts goes; to nobody unless given. */
  channels?: string[];
  /** Why a call for a rollback need not be told. */
  rollbackAnswer?: WatchOptions['rollbackAnswer'];
  /** Another cycle than a made-up one. */
  cycle?: (
    record: CycleRecord,
    context: Parameters<WatchOptions['runCycle']>[0],
    signal: AbortSignal,
  ) => Promise<CycleRecord>;
  /** How long a cycle takes on the simulated clock. */
  cycleMs?: number;
  /** How long a sample takes that begins at this time; none without it. */
  sampleTakesMs?: (atMs: number) => number;
  /** Told what the watch says. */
  say?: (line: string) => void;
  /** What the watch asks of its evidence, and when on the simulated clock. */
  checkEvidence?: (isWhole: boolean, atMs: number) => Promise<number> | undefined;
}

/** The configuration of a simulated watch. */
export function simulatedConfig(folder: string, more: object = {}): VigilConfig {
  const input = {
    target: { orchestration: 'http://127.0.0.1:1' },
    reports: path.join(folder, 'reports'),
    ...more,
  };
  return validateConfig(input, 'the simulation');
}

/** Ten checks, of which the first is red if it should be. */
export function madeUpCycle(id: string, atMs: number, isRed: boolean, durationMs = 1000): CycleRecord {
  const ids = Array.from({ length: 10 }, (_, index) => `H${String(index + 1).padStart(2, '0')}`);
  const outcomes = ids.map((check, index) => ({
    id: check,
    title: check,
    group: 'health',
    measurements: [],
    executed: true,
    durationMs: 5 + index,
    outcome: isRed && index === 0 ? ('fail' as const) : ('pass' as const),
    ...(isRed && index === 0 && { reason: 'broken' }),
  }));
  const passed = isRed ? 9 : 10;
  return {
    id,
    startedAt: new Date(atMs),
    durationMs,
    target: { id: 'http://target', url: 'http://target', name: 'Genesis' },
    verdict: isRed ? 'fail' : 'pass',
    outcomes,
    signals: { passed, failed: 10 - passed, unknown: 0, skipped: 0, passRate: passed / 10, coverage: 1 },
    values: { passRate: passed / 10 },
    live: undefined,
    violations: [],
    problems: [],
    output: '',
    junitXml: undefined,
  };
}

/** Lets a real loop watch a synthetic target on a simulated clock; goes on where a history that is there ended. */
export async function simulate(simulation: Simulation): Promise<History> {
  const { folder, startMs, lengthMs, intervalMs, sampleMs, target, config, cycleMs = 0 } = simulation;
  const clock = new VirtualClock(startMs);
  const history = openHistory({
    file: path.join(folder, 'vigil.sqlite'),
    now: () => new Date(clock.now()),
  });
  createOutboxTables(history.database);
  // Nobody cuts the power of a simulation; waiting for the disk would take most of its time.
  history.database.exec('PRAGMA synchronous = OFF');
  const watch = openWatch({
    ...syntheticWatch(config, { orchestration: 'http://127.0.0.1:1' }, target, clock),
    async scrape() {
      const takesMs = simulation.sampleTakesMs?.(clock.now()) ?? 0;
      if (takesMs > 0) await clock.wait(takesMs, new AbortController().signal);
      return target.scrape(clock.now());
    },
    history,
    intervalMs,
    sampleMs,
    dispatcher: {
      wake() {},
      pending: () => 0,
      start() {},
      stop: () => Promise.resolve(),
      tick: () => Promise.resolve(),
      statistics: () => ({}),
    },
    route: (event) =>
      event.kind === 'alert' && event.severity === 'info' ? [] : (simulation.channels ?? ['nobody']),
    rollbackAnswer: simulation.rollbackAnswer,
    redactor: createRedactor(),
    url: 'http://vigil',
    suiteRoot: '/nowhere',
    fastMs: minute / 2,
    durationMs: lengthMs,
    async runCycle(context, _snapshots, signal) {
      const startedMs = clock.now();
      if (cycleMs > 0) await clock.wait(cycleMs, signal);
      const isRed = target.has('checks', startedMs);
      const record = madeUpCycle(context.cycleId, startedMs, isRed, cycleMs || 1000);
      return simulation.cycle ? simulation.cycle(record, context, signal) : record;
    },
    keepFiles: () => [],
    checkEvidence: (isWhole) => simulation.checkEvidence?.(isWhole, clock.now()),
    say: (line) => simulation.say?.(line),
    signal: new AbortController().signal,
  });
  let isDone = false;
  const running = watch.run().finally(() => {
    isDone = true;
  });
  await clock.drive(2, startMs + lengthMs, () => isDone);
  await running;
  return history;
}

/** The same in parts, by a loop that goes on in each: until when, with which time between two samples. */
export async function simulateInParts(
  simulation: Omit<Simulation, 'lengthMs' | 'sampleMs'>,
  parts: readonly { untilMs: number; sampleMs: number }[],
): Promise<History> {
  let { startMs } = simulation;
  let history: History | undefined;
  for (const { untilMs, sampleMs } of parts) {
    history?.close();
    history = await simulate({ ...simulation, startMs, lengthMs: untilMs - startMs, sampleMs });
    startMs = untilMs;
  }
  if (!history) throw new Error('a simulation of no part');
  return history;
}
