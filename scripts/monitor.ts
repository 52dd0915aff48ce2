import { openCycleHarness } from '../health-tests/cycle-harness.ts';
import {
  effectiveThresholds,
  type LoadedConfig,
  loadDeployments,
  messageOf,
  requireReports,
  requireTemporaryFolder,
  runEnvironment,
  suiteKind,
  VigilError,
} from '../src/core/index.ts';
import { type CycleRecord, runSingleCycle, type WrittenCycle } from '../src/monitor/index.ts';
import { cycleDocument, progressLine, renderSummary } from '../src/views/index.ts';
import { endSoon } from './end-soon.ts';
import { exitCodes } from './exit-codes.ts';
import { runBaseline, runNotificationTest } from './monitor-extras.ts';
import { monitorLoop, monitorSlot } from './monitor-loop.ts';
import { cycleOnDemand, requireUsable, suitePlaceOf } from './suite-of.ts';
import { terminalStyle } from './terminal.ts';
import { configured, durationOf, json, readConfigured, type SharedOptions, startedAs } from './values.ts';

interface MonitorOptions extends SharedOptions {
  loop?: boolean;
  interval?: string;
  duration?: string;
  then?: string;
  host: string;
  port: number;
  baseline?: boolean;
  testNotifications?: boolean;
  notify?: boolean;
}

function thenOf(text: string | undefined, duration: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (duration === undefined) {
    throw new VigilError('USAGE', '--then requires --duration');
  }
  return durationOf('--then', text, { hourly: 3_600_000 });
}

/** Shows a cycle that was asked for, and says by the exit code what it came to. */
function showCycle(
  args: MonitorOptions,
  { config, folder }: Pick<LoadedConfig, 'config' | 'folder'>,
  record: CycleRecord,
  written: WrittenCycle,
) {
  process.stdout.write(
    args.json
      ? json(cycleDocument(record, written))
      : renderSummary(record, written, {
          ...terminalStyle(process.stdout),
          embedded: suiteKind(config) === 'own' && !config.target,
          cwd: process.cwd(),
          thresholds: effectiveThresholds(config),
          suite: suitePlaceOf(config, folder),
        }),
  );
  process.exitCode = exitCodes[record.verdict];
}

/** Runs one cycle, shows it, and says by the exit code what it came to. */
async function runOnce(args: MonitorOptions, { config, folder }: LoadedConfig, signal: AbortSignal) {
  const { style, live } = terminalStyle(process.stderr);
  const say = (text: string) => {
    if (!args.json || live) process.stderr.write(text);
  };
  if (!config.target) say(style.dim('Starting the embedded Genesis and its first traffic …\n'));
  const harness = await openCycleHarness(config);
  try {
    const cycle = cycleOnDemand(config, folder, harness);
    let done = 0;
    const { record, written } = await runSingleCycle({
      ...cycle,
      signal,
      onCase(event) {
        done += 1;
        if (live) say(`\r\u001b[2K${progressLine(event, done, cycle.catalogue?.length, style)}`);
      },
    });
    if (live) say('\r\u001b[2K');
    showCycle(args, { config, folder }, record, written);
  } finally {
    await harness.close().catch((thrown) => process.stderr.write(`closing: ${messageOf(thrown)}\n`));
  }
}

/** A signal that comes with the first of these. */
function endedBy(names: readonly NodeJS.Signals[]): AbortSignal {
  const interrupted = new AbortController();
  for (const name of names) process.once(name, () => interrupted.abort(name));
  return interrupted.signal;
}

const loopOptions = (args: MonitorOptions, signal: AbortSignal) => ({
  durationMs: args.duration === undefined ? undefined : durationOf('--duration', args.duration),
  thenIntervalMs: thenOf(args.then, args.duration),
  host: args.host,
  port: args.port,
  signal,
  say: (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`),
});

/** Several deployments in one process; SIGHUP reads the configuration again. */
async function runDeploymentsLoop(args: MonitorOptions): Promise<void> {
  const { monitorDeployments } = await import('./monitor-deployments.ts');
  process.exitCode = await monitorDeployments({
    ...loopOptions(args, endedBy(['SIGINT', 'SIGTERM'])),
    args,
    intervalMs: args.interval === undefined ? undefined : durationOf('--interval', args.interval),
  });
  endSoon();
}

/** One deployment until the watch ends; SIGHUP reads the configuration again. */
async function runLoopOfOne(args: MonitorOptions, loaded: LoadedConfig): Promise<void> {
  requireReports(loaded.config.reports);
  process.exitCode = await monitorLoop({
    ...loopOptions(args, endedBy(['SIGINT', 'SIGTERM'])),
    loaded,
    started: startedAs(args),
    intervalMs: args.interval === undefined ? undefined : durationOf('--interval', args.interval),
    async load(version) {
      const again = await readConfigured(args, version);
      requireUsable(again);
      requireReports(again.config.reports);
      return again;
    },
  });
  endSoon();
}

/** One cycle as a loop has it, with its alerts. */
async function runSlot(args: MonitorOptions, loaded: LoadedConfig, signal: AbortSignal): Promise<void> {
  const { config, folder } = loaded;
  requireReports(config.reports);
  process.exitCode = await monitorSlot({
    ...loopOptions(args, signal),
    config,
    folder,
    source: loaded,
    isSingle: true,
    onCycle: (record, written) => showCycle(args, loaded, record, written),
    started: startedAs(args),
    intervalMs: args.interval === undefined ? config.interval : durationOf('--interval', args.interval),
  });
  endSoon();
}

/** `vigil monitor`: one cycle on the configured target, or on the embedded one. */
export async function runMonitor(args: MonitorOptions): Promise<void> {
  requireTemporaryFolder();
  if (
    args.loop &&
    (args.deployment ?? runEnvironment().deployment) === undefined &&
    (await loadDeployments(process.cwd(), args.config))
  )
    return runDeploymentsLoop(args);
  const loaded = await configured(args);
  const { config, folder } = loaded;
  requireUsable(loaded);
  if (args.loop && args.notify)
    throw new VigilError('USAGE', '--notify is for one cycle; --loop always notifies');
  if (args.loop && !args.testNotifications && !args.baseline) return runLoopOfOne(args, loaded);
  const signal = endedBy(['SIGINT', 'SIGTERM', 'SIGHUP']);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (args.testNotifications) {
    process.exitCode = await runNotificationTest(config, folder, print);
  } else if (args.baseline) {
    process.exitCode = await runBaseline(config, folder, print);
  } else if (args.notify) {
    await runSlot(args, loaded, signal);
  } else await runOnce(args, loaded, signal);
}
