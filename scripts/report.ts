import {
  type ReportFormat,
  reportFormats,
  reportOptions,
  reportText,
  writeReport,
} from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { withHistory } from './history-reader.ts';
import { configured, invalid, json, momentOf, type SharedOptions } from './values.ts';

interface ReportOptions extends SharedOptions {
  since?: string;
  format?: string;
}

function formatsOf(text: string | undefined): readonly ReportFormat[] {
  const wanted = (text ?? 'md,html').split(',').map((part) => part.trim());
  const isFormat = (part: string): part is ReportFormat =>
    (reportFormats as readonly string[]).includes(part);
  if (wanted.every(isFormat)) return [...new Set(wanted)];
  const wrong = wanted.find((part) => !isFormat(part)) ?? '';
  throw invalid('--format', wrong, reportFormats.join(', '));
}

/** `vigil report`: the 48-hour report from the history of the loop. */
export async function runReport(args: ReportOptions): Promise<void> {
  const { config } = await configured(args);
  const { reports } = config;
  const window = momentOf('--since', args.since);
  const formats = formatsOf(args.format);
  await withHistory(reports, 'no report can be made', async (reader) => {
    const options = { ...reportOptions(config, Date.now()), ...window, folder: reports, formats };
    const { document, files } = await writeReport(reader, options);
    process.stdout.write(args.json ? json(document) : reportText(document, files));
    process.exitCode = exitCodes[document.conclusion.verdict];
  });
}
