import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseDuration } from '../src/core/index.ts';
import { historyFile } from '../src/history/index.ts';
import { openMetrics } from '../src/views/index.ts';
import { openForQuestions } from './history-reader.ts';
import { configured, invalid } from './values.ts';

interface ExportOptions {
  config?: string;
  reports?: string;
  format: string;
  since?: string;
  until?: string;
  out?: string;
}

/** Milliseconds of an ISO 8601 time, or of a duration before now. */
function timeOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const ago = parseDuration(text);
  const timeMs = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isFinite(timeMs)) return timeMs;
  throw invalid(option, text, 'a time such as 2026-01-01T00:00:00Z, or a duration ago such as 48h');
}

/** `vigil export`: the recorded samples and alerts as OpenMetrics, as promtool back-fills them into a Prometheus. */
export async function runExport(args: ExportOptions): Promise<void> {
  if (args.format !== 'openmetrics') {
    throw invalid('--format', args.format, 'openmetrics');
  }
  const { config } = await configured(args);
  const range = {
    fromMs: timeOf('--since', args.since, 0),
    toMs: timeOf('--until', args.until, Date.now()),
  };
  const reader = openForQuestions(historyFile(config.reports));
  try {
    const out: Writable = args.out === undefined ? process.stdout : createWriteStream(args.out);
    await pipeline(Readable.from(openMetrics(reader, range)), out, { end: args.out !== undefined });
  } finally {
    reader.close();
  }
}
