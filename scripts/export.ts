import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deploymentLabel } from '../src/core/index.ts';
import { historyFile } from '../src/history/index.ts';
import { openMetrics } from '../src/views/index.ts';
import { openForQuestions } from './history-reader.ts';
import { configured, invalid, momentOf } from './values.ts';

interface ExportOptions {
  config?: string;
  reports?: string;
  format: string;
  since?: string;
  until?: string;
  out?: string;
}

/** Milliseconds since 1970 of a time, or of a duration before now. */
function timeOf(option: string, text: string | undefined, nowMs: number): number | undefined {
  const { sinceMs, lengthMs } = momentOf(option, text);
  return lengthMs === undefined ? sinceMs : nowMs - lengthMs;
}

/** `vigil export`: the recorded samples and alerts as OpenMetrics, as promtool back-fills them into a Prometheus. */
export async function runExport(args: ExportOptions): Promise<void> {
  if (args.format !== 'openmetrics') {
    throw invalid('--format', args.format, 'openmetrics');
  }
  const { config } = await configured(args);
  const nowMs = Date.now();
  const range = {
    fromMs: timeOf('--since', args.since, nowMs) ?? 0,
    toMs: timeOf('--until', args.until, nowMs) ?? nowMs,
    deployment: deploymentLabel(config),
  };
  const reader = openForQuestions(historyFile(config.reports));
  try {
    const out: Writable = args.out === undefined ? process.stdout : createWriteStream(args.out);
    await pipeline(Readable.from(openMetrics(reader, range)), out, { end: args.out !== undefined });
  } finally {
    reader.close();
  }
}
