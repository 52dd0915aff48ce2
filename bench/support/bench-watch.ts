import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLocalServer } from '../../fixtures/range/local-server.ts';
import { createOutboxTables, openDelivery } from '../../src/alerts/index.ts';
import { type VigilConfig, validateConfig } from '../../src/core/index.ts';
import { type LastingHistory, openLastingHistory } from '../../src/history/index.ts';
import { openWatch, runCycle, type Watch, writeCycle } from '../../src/monitor/index.ts';
import { SyntheticTarget } from '../../tests/monitor/loop/synthetic-target.ts';
import { syntheticWatch } from '../../tests/monitor/loop/synthetic-watch.ts';
import { fillHistory } from './fill-history.ts';
import { ownCpuMs, type Step, StepClock, sumOf } from './step-clock.ts';

export interface BenchWatchOptions {
  /** Of `suite` in the configuration; `root` is a folder of its own without one. */
  suite: object;
  intervalMs: number;
  sampleMs: number;
  /** Cycles that the history holds already, at the same interval, with scrapes between them. */
  pastCycles?: number;
  /** Told the suite's process. */
  onStart?(pid: number): void;
}

/** What one interval of a watch took. */
export interface CycleCost {
  /** From the slot to the end of all that a cycle leaves: child, report, judgement, history, files, alerts. */
  cycle: Step;
  /** Own CPU of the part of it that looks whether the whole database is sound. */
  lookCpuMs: number;
  /** The scrapes and evaluations between this cycle and the one before. */
  between: Step;
}

export interface BenchWatch {
  config: VigilConfig;
  folder: string;
  history: LastingHistory;
  watch: Watch;
  clock: StepClock;
  /** Goes on until another cycle has ended; throws when it does not pass. */
  nextCycle(): Promise<CycleCost>;
  close(): Promise<void>;
}

/** A JUnit report of checks that all pass, as another runner writes it. */
export function passingReport(checks: number): string {
  const cases = Array.from(
    { length: checks },
    (_, index) =>
      `<testcase classname="suite-${index % 5}" name="check ${index} answers" time="0.0${10 + (index % 90)}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${checks}" failures="0" errors="0"><testsuite name="bench" tests="${checks}" failures="0" errors="0" skipped="0">\n${cases.join('\n')}\n</testsuite></testsuites>\n`;
}

/** A target whose metrics can be scraped, at the time of a clock. */
function benchTarget(target: SyntheticTarget, nowMs: () => number) {
  const exposition = () =>
    target
      .scrape(nowMs())
      .flatMap(({ job, samples }) => (job === 'node' ? [] : samples))
      .flatMap(({ series, value }) =>
        typeof series === 'string' || series.name === 'up'
          ? []
          : [{ name: series.name, labels: series.labels ?? {}, value }],
      )
      .map(({ name, labels, value }) => {
        const own = Object.entries(labels).filter(([label]) => label !== 'job');
        const text = own.map(([label, given]) => `${label}="${given}"`).join(',');
        return `${name}${text && `{${text}}`} ${value}\n`;
      })
      .join('');
  return openLocalServer((_, response) => response.end(exposition()));
}

/** The JUnit reports of past cycles, as many as are kept. */
function fillReports(folder: string, cycles: number, startMs: number, intervalMs: number): void {
  mkdirSync(folder, { recursive: true });
  for (let cycle = Math.max(0, cycles - 1000); cycle < cycles; cycle += 1) {
    const stamp = new Date(startMs + cycle * intervalMs).toISOString().replaceAll(':', '-');
    writeFileSync(path.join(folder, `${stamp}.xml`), passingReport(36));
  }
}

/**
 * Opens a real watch on a clock that jumps from turn to turn: real children, reports, history, files, rules, outbox and
 * a channel that writes to disk; the target's figures are made up.
 */
export async function openBenchWatch(options: BenchWatchOptions): Promise<BenchWatch> {
  const { intervalMs, sampleMs, pastCycles = 0 } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
  const file = path.join(folder, 'reports', 'vigil.sqlite');
  // So far back that the simulated days end before now: the outbox delivers by the real clock.
  const nowMs = Math.floor(Date.now() / intervalMs) * intervalMs - 30 * 86_400_000;
  const startMs = nowMs - pastCycles * intervalMs;
  if (pastCycles > 0) {
    fillHistory({ file, cycles: pastCycles, startMs, intervalMs, sampleMs });
    fillReports(path.join(folder, 'reports', 'junit'), pastCycles, startMs, intervalMs);
  }
  const clock = new StepClock(nowMs, 2);
  const synthetic = new SyntheticTarget(startMs, []);
  const service = await benchTarget(synthetic, () => clock.now());
  const config = validateConfig(
    {
      target: { orchestration: service.url },
      suite: { root: folder, ...options.suite },
      notifications: { channels: [{ type: 'file', name: 'file', path: path.join(folder, 'told.jsonl') }] },
      interval: intervalMs,
      sampleInterval: sampleMs,
      timeout: Math.min(120_000, intervalMs - 1),
      reports: path.join(folder, 'reports'),
    },
    'the benchmark',
  );
  const { target } = config;
  if (!target) throw new Error('the benchmark has no target');
  const root = config.suite.root ?? folder;
  const history = openLastingHistory({
    file,
    retentionMs: config.retention,
    now: () => new Date(clock.now()),
    onWarning: (text) => process.stderr.write(`${text}\n`),
    onRenewed() {
      throw new Error('the history was renewed');
    },
  });
  createOutboxTables(history.database);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const { dispatcher, redactor, route } = openDelivery({
    config,
    folder,
    intervalMs,
    receiptUrl: service.url,
    say,
    database: () => history.database,
    onTrouble() {},
  });
  const ended = new AbortController();
  let cycles = 0;
  let lookCpuMs = 0;
  const watch = openWatch({
    ...syntheticWatch(config, target, synthetic, clock),
    history,
    intervalMs,
    sampleMs,
    dispatcher,
    route,
    redactor,
    say,
    url: service.url,
    suiteRoot: folder,
    fastMs: config.fastInterval,
    durationMs: undefined,
    async runCycle(context, snapshots, signal) {
      const record = await runCycle({
        config,
        context,
        snapshots,
        signal,
        redactor,
        catalogue: undefined,
        suiteRoot: root,
        ...(options.onStart && { onStart: options.onStart }),
      });
      if (record.verdict !== 'pass')
        throw new Error(`the cycle is ${record.verdict}: ${record.problems.join('; ')} ${record.output}`);
      cycles += 1;
      const atMs = clock.now();
      return {
        ...record,
        startedAt: new Date(atMs),
        live: record.live && { ...record.live, timeMs: atMs },
      };
    },
    async checkEvidence(isWhole) {
      const before = ownCpuMs();
      await history.check(isWhole);
      lookCpuMs += ownCpuMs() - before;
      return history.lookedForMs();
    },
    keepFiles: (record, totals) => {
      const { reports, metricsPrefix } = config;
      return writeCycle(record, { reports, metricsPrefix, history, totals }).warnings;
    },
    signal: ended.signal,
  });
  dispatcher.start();
  const running = watch.run();
  return {
    config,
    folder,
    history,
    watch,
    clock,
    async nextCycle() {
      const between: Step[] = [];
      let looks = 0;
      for (const before = cycles; ; ) {
        const warnings = watch.status().warnings.length;
        lookCpuMs = 0;
        const step = withoutLook(await clock.step(), lookCpuMs);
        if (watch.status().warnings.length > warnings)
          throw new Error(`the watch warned: ${watch.status().warnings.at(-1)}`);
        looks += lookCpuMs;
        if (cycles > before) return { cycle: step, lookCpuMs: looks, between: sumOf(between) };
        between.push(step);
      }
    },
    async close() {
      ended.abort();
      await running;
      await dispatcher.stop();
      history.close();
      service.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a turn took but for the look whether the database is sound, which keeps to a share of the time. */
const withoutLook = (step: Step, lookCpuMs: number): Step => ({
  ...step,
  wallMs: step.wallMs - lookCpuMs,
  ownCpuMs: step.ownCpuMs - lookCpuMs,
});

/** A suite that is no more than its report: a command that copies it to where it is asked for. */
export function copiedSuite(folder: string, checks: number): object {
  const report = path.join(folder, `report-${checks}.xml`);
  writeFileSync(report, passingReport(checks));
  return { command: ['cp', report, '{junit}'] };
}
