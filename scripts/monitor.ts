import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { defineCommand } from 'citty';
import { loadConfig, messageOf, parseDuration, redactorOf, VigilError } from '../src/core/index.ts';
import { readSnapshots } from '../src/history/index.ts';
import { recordCycle, runCycle } from '../src/monitor/index.ts';
import { cycleDocument, progressLine, renderSummary } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { harnessBeside } from './harness-beside.ts';
import { hasHistory, keepInHistory } from './keep-in-history.ts';
import { runBaseline, runNotificationTest } from './monitor-extras.ts';
import { runLoop } from './monitor-loop.ts';
import { configOption, jsonOption } from './options.ts';
import { suiteOf } from './suite-of.ts';
import { terminalStyle } from './terminal.ts';

/** Evidence of the past cycles of one target; unreadable evidence is set aside when the next is written. */
function evidenceOf(reports: string, targetId: string) {
  try {
    return readSnapshots(reports).filter(({ target }) => target === targetId);
  } catch (thrown) {
    if (thrown instanceof VigilError) return [];
    throw thrown;
  }
}

function durationOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new VigilError('USAGE', `${name} is no duration`, {
    expected: 'such as 90s, 5m or 48h',
    received: text,
  });
}

function thenOf(text: string | undefined, duration: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (duration === undefined) {
    throw new VigilError('USAGE', '--then says what comes after --duration, and there is none', {
      expected: '--duration 48h --then hourly',
    });
  }
  return text === 'hourly' ? 3_600_000 : durationOf('--then', text);
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new VigilError('USAGE', '--port is no port', {
    expected: 'a number from 0 to 65535',
    received: text,
  });
}

/** `vigil monitor`: one cycle on the configured target, or on the embedded one. */
export const monitorCommand = defineCommand({
  meta: { name: 'monitor', description: 'Runs the suite once: outcomes, metrics, alerts, a snapshot' },
  args: {
    config: configOption,
    reports: { type: 'string', description: 'folder for what is written (default as configured)' },
    loop: {
      type: 'boolean',
      default: false,
      description: 'one cycle after another, evidence kept, alerts told',
    },
    interval: {
      type: 'string',
      description: 'with --loop: from one cycle to the next (default as configured, 5m)',
    },
    duration: {
      type: 'string',
      description: 'with --loop: ends after this time, such as 48h (default: goes on)',
    },
    // biome-ignore lint/suspicious/noThenProperty: the name of the option
    then: {
      type: 'string',
      description: 'with --duration: goes on after it, "hourly" or at another interval such as 30m',
    },
    host: { type: 'string', default: '127.0.0.1', description: 'with --loop: address that is served' },
    port: {
      type: 'string',
      default: '8002',
      description: 'with --loop: port that is served; 0 takes a free one',
    },
    baseline: {
      type: 'boolean',
      default: false,
      description: 'before a deployment: keeps what fails already',
    },
    'test-notifications': {
      type: 'boolean',
      default: false,
      description: 'a marked test through every channel',
    },
    json: jsonOption,
  },
  async run({ args }) {
    const loaded = await loadConfig(process.cwd(), args.config);
    const config = args.reports ? { ...loaded.config, reports: path.resolve(args.reports) } : loaded.config;
    const { style, live } = terminalStyle(process.stderr);
    const say = (text: string) => {
      if (!args.json || live) process.stderr.write(text);
    };
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => interrupted.abort(signal));

    const print = (line: string) => process.stdout.write(`${line}\n`);
    if (args['test-notifications']) {
      process.exitCode = await runNotificationTest(config, loaded.folder, print);
      return;
    }
    if (args.baseline) {
      process.exitCode = await runBaseline(config, loaded.folder, print);
      return;
    }
    if (args.loop) {
      process.exitCode = await runLoop({
        config,
        folder: loaded.folder,
        configFile: loaded.file,
        intervalMs: durationOf('--interval', args.interval) ?? config.interval,
        durationMs: durationOf('--duration', args.duration),
        thenIntervalMs: thenOf(args.then, args.duration),
        host: args.host,
        port: portOf(args.port),
        signal: interrupted.signal,
        say: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
      });
      // Everything is written and closed; whoever still waits for an answer, as a last export, doesn't hold the end up.
      setTimeout(() => process.exit(), 300).unref();
      return;
    }
    if (!config.target) say(style.dim('Starting the embedded Genesis and its first traffic …\n'));
    const harness = await harnessBeside(config);
    try {
      const suite = suiteOf(config, loaded.folder);
      const total = suite.catalogue?.length;
      let done = 0;
      const record = await runCycle({
        config,
        context: harness.contextFor(randomUUID()),
        catalogue: suite.catalogue,
        suiteRoot: suite.root,
        redactor: redactorOf(config),
        beside: suite.beside,
        snapshots: evidenceOf(config.reports, harness.targetId),
        signal: interrupted.signal,
        onCase(event) {
          done += 1;
          if (live) say(`\r\u001b[2K${progressLine(event, done, total, style)}`);
        },
      });
      if (live) say('\r\u001b[2K');
      const keep = hasHistory(config.reports) ? keepInHistory(config) : undefined;
      const recorded = recordCycle(record, config.reports, config.metricsPrefix, keep);
      if (args.json) process.stdout.write(`${JSON.stringify(cycleDocument(record, recorded), null, 2)}\n`);
      else
        process.stdout.write(
          renderSummary(record, recorded, {
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
  },
});
