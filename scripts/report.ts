import { parseDuration } from '../src/core/index.ts';
import {
  type ReportFormat,
  reportFormats,
  reportOptions,
  reportText,
  writeReport,
} from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { withHistory } from './history-reader.ts';
import { configured, invalid, json, type SharedOptions } from './values.ts';

interface ReportOptions extends SharedOptions {
  since?: string;
  format?: string;
}

/** `--since` as a time, or as how long before the end. */
export function sinceOf(text: string | undefined): { sinceMs?: number; lengthMs?: number } {
  if (text === undefined) return {};
  const lengthMs = parseDuration(text);
  if (lengthMs !== undefined) return { lengthMs };
  const sinceMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(sinceMs) && sinceMs < Date.now()) return { sinceMs };
  throw invalid(
    '--since',
    text,
    'a duration such as 48h, or a time in the past such as 2026-01-05T06:00:00Z',
  );
}

function formatsOf(text: string | undefined): readonly ReportFormat[] {
  const wanted = (text ?? 'md,html').split(',').map((part) => part.trim());
  const isFormat = (part: string): part is ReportFormat =>
    (reportFormats as readonly string[]).includes(part);
  if (wanted.every(isFormat)) return [...new Set(wanted)];
  throw invalid('--format', text ?? '', reportFormats.join(', '));
}

/** `vigil report`: the 48-hour report from the history of the loop. */
export async function runReport(args: ReportOptions): Promise<void> {
  const { config } = await configured(args);
  const { reports } = config;
  const window = sinceOf(args.since);
  const formats = formatsOf(args.format);
  await withHistory(reports, 'no report can be made', async (reader) => {
    const options = { ...reportOptions(config, Date.now()), ...window, folder: reports, formats };
    const { document, files } = await writeReport(reader, options);
    process.stdout.write(args.json ? json(document) : reportText(document, files));
    process.exitCode = exitCodes[document.conclusion.verdict];
  });
}
