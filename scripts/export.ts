import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from 'citty';
import { endOfOpenMetrics, openMetricsLines } from '../src/clients/index.ts';
import { loadConfig, parseDuration, VigilError } from '../src/core/index.ts';
import { alertSeries, type HistoryReader, historyFile, openHistoryReader } from '../src/history/index.ts';
import { configOption, historyOption } from './options.ts';

interface Range {
  fromMs: number;
  toMs: number;
}

/** Milliseconds of an ISO 8601 time, or of a duration before now. */
function timeOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const ago = parseDuration(text);
  const timeMs = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new VigilError('USAGE', `${option} is no time`, {
    expected: 'ISO 8601, such as 2026-01-01T00:00:00Z, or a duration before now, such as 48h',
    received: text,
  });
}

/** Everything that was scraped, metric by metric, then the alerts, then the end. */
function* openMetrics(reader: HistoryReader, { fromMs, toMs }: Range): Generator<string> {
  const times = new Set<number>();
  for (const name of reader.metrics()) {
    const series = reader.samples({ name }, fromMs, toMs);
    if (name === 'up') for (const { points } of series) for (const { timeMs } of points) times.add(timeMs);
    yield* openMetricsLines(name, series);
  }
  // What was open before the range is open in it.
  const transitions = reader.transitions(0, toMs);
  yield* openMetricsLines(
    'ALERTS',
    alertSeries(
      transitions,
      [...times].sort((a, b) => a - b),
    ),
  );
  yield endOfOpenMetrics;
}

/** `vigil export`: the recorded samples and alerts as OpenMetrics, as promtool back-fills them into a Prometheus. */
export const exportCommand = defineCommand({
  meta: { name: 'export', description: 'Writes the recorded samples and alerts in the OpenMetrics format' },
  args: {
    config: configOption,
    reports: historyOption,
    format: { type: 'string', default: 'openmetrics', description: 'openmetrics' },
    since: { type: 'string', description: 'ISO 8601, or a duration before now such as 48h (default: all)' },
    until: { type: 'string', description: 'the same (default: now)' },
    out: { type: 'string', description: 'file (default: standard output)' },
  },
  async run({ args }) {
    if (args.format !== 'openmetrics') {
      throw new VigilError('USAGE', '--format is no format', {
        expected: 'openmetrics',
        received: args.format,
      });
    }
    const { config } = await loadConfig(process.cwd(), args.config);
    const reports = args.reports ? path.resolve(args.reports) : config.reports;
    const range = {
      fromMs: timeOf('--since', args.since, 0),
      toMs: timeOf('--until', args.until, Date.now()),
    };
    const reader = openHistoryReader({ file: historyFile(reports) });
    try {
      const out: Writable = args.out === undefined ? process.stdout : createWriteStream(args.out);
      await pipeline(Readable.from(openMetrics(reader, range)), out, { end: args.out !== undefined });
    } finally {
      reader.close();
    }
  },
});
