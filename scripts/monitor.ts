import { harnessBeside } from '../health-tests/harness-beside.ts';
import {
  type LoadedConfig,
  messageOf,
  requireSecrets,
  requireTemporaryFolder,
  VigilError,
} from '../src/core/index.ts';
import { requireClearNames, runSingleCycle } from '../src/monitor/index.ts';
import { cycleDocument, progressLine, renderSummary } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { runBaseline, runNotificationTest } from './monitor-extras.ts';
import { monitorLoop } from './monitor-loop.ts';
import { cycleOnDemand } from './suite-of.ts';
import { terminalStyle } from './terminal.ts';
import { configured, durationOf, json, type SharedOptions } from './values.ts';

interface MonitorOptions extends SharedOptions {
  loop?: boolean;
  interval?: string;
  duration?: string;
  then?: string;
  host: string;
  port: number;
  baseline?: boolean;
  testNotifications?: boolean;
}

function thenOf(text: string | undefined, duration: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (duration === undefined) {
    throw new VigilError('USAGE', '--then requires --duration');
  }
  return text === 'hourly' ? 3_600_000 : durationOf('--then', text);
}

/** Runs one cycle, shows it, and says by the exit code what it came to. */
async function runOnce(args: MonitorOptions, { config, folder }: LoadedConfig, signal: AbortSignal) {
  const { style, live } = terminalStyle(process.stderr);
  const say = (text: string) => {
    if (!args.json || live) process.stderr.write(text);
  };
  if (!config.target) say(style.dim('Starting the embedded Genesis and its first traffic …\n'));
  const harness = await harnessBeside(config);
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
    process.stdout.write(
      args.json
        ? json(cycleDocument(record, written))
        : renderSummary(record, written, {
            ...terminalStyle(process.stdout),
            embedded: harness.embedded,
            cwd: process.cwd(),
            thresholds: harness.contextFor('').thresholds,
          }),
    );
    process.exitCode = exitCodes[record.verdict];
  } finally {
    await harness.close().catch((thrown) => process.stderr.write(`closing: ${messageOf(thrown)}\n`));
  }
}

/** `vigil monitor`: one cycle on the configured target, or on the embedded one. */
export async function runMonitor(args: MonitorOptions): Promise<void> {
  requireTemporaryFolder();
  const loaded = await configured(args);
  const { config, folder } = loaded;
  requireSecrets(config);
  requireClearNames(config);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => interrupted.abort(signal));
  const print = (line: string) => process.stdout.write(`${line}\n`);

  if (args.testNotifications) {
    process.exitCode = await runNotificationTest(config, folder, print);
  } else if (args.baseline) {
    process.exitCode = await runBaseline(config, folder, print);
  } else if (args.loop) {
    process.exitCode = await monitorLoop({
      config,
      folder,
      configFile: loaded.file,
      intervalMs: args.interval === undefined ? config.interval : durationOf('--interval', args.interval),
      durationMs: args.duration === undefined ? undefined : durationOf('--duration', args.duration),
      thenIntervalMs: thenOf(args.then, args.duration),
      host: args.host,
      port: args.port,
      signal: interrupted.signal,
      say: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
    });
    // Everything is written and closed; whoever still waits for an answer, as a last export, doesn't hold the end up.
    setTimeout(() => process.exit(), 300).unref();
  } else await runOnce(args, loaded, interrupted.signal);
}
