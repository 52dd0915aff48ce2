import { VigilError } from '../../core/index.ts';
import { decodeReport } from './decode.ts';
import { formatOfText, notJUnit } from './not-junit.ts';
import { ReportReader } from './report-reader.ts';
import type { JUnitLimits, JUnitReport } from './types.ts';
import { readXml } from './xml.ts';

/** The limits that hold unless others are given. */
const JUNIT_LIMITS: Readonly<JUnitLimits> = Object.freeze({
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 64,
  maxCases: 200_000,
  maxText: 64 * 1024,
});

/**
 * Reads a JUnit report of any dialect as facts: every case with its outcome, and where the report contradicts
 * itself. Totals in attributes are only compared, never believed; nothing outside the input is read.
 * @throws VigilError JUNIT_INVALID with line and column when it is empty, cut off, not XML, not JUnit or over a limit
 */
export function parseJUnit(input: string | Uint8Array, limits: Partial<JUnitLimits> = {}): JUnitReport {
  const all = { ...JUNIT_LIMITS, ...limits };
  const bytes = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (bytes > all.maxBytes) {
    throw new VigilError('JUNIT_INVALID', 'The report is too large', {
      expected: `at most ${all.maxBytes} bytes`,
      received: `${bytes} bytes`,
      hint: 'Let the runner write less output into its report, or raise the limit',
    });
  }
  const { text, replaced } = decodeReport(input);
  if (text.trim() === '') {
    throw new VigilError('JUNIT_INVALID', 'The report is empty', {
      expected: 'a JUnit XML document',
      received: `${bytes} bytes`,
      hint: 'The runner was killed before it wrote its report',
    });
  }
  const other = formatOfText(text);
  if (other) throw notJUnit(other);
  const reader = new ReportReader(all);
  readXml(text, all.maxDepth, reader);
  return reader.finish(replaced);
}
