import { readCtrf } from './ctrf-json.ts';
import { readPlaywrightJson } from './playwright-json.ts';
import { junitText } from './write-junit.ts';

const isJson = (bytes: Buffer): boolean => /^[\ufeff\s]*\{/.test(bytes.subarray(0, 1024).toString('utf8'));

/**
 * A report as JUnit: the JSON of Playwright and of CTRF, which tells of retries, is written as such. Whatever else it is
 * stays as it came.
 */
export function asJUnit(bytes: Buffer): Buffer {
  if (!isJson(bytes)) return bytes;
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const read = readPlaywrightJson(document) ?? readCtrf(document);
    return read === undefined ? bytes : Buffer.from(junitText(read));
  } catch {
    return bytes; // whoever reads it says what it is
  }
}

/** What follows a report is none of it, unless it is the beginning of another. */
function withoutRest(text: string): string {
  const close = text.lastIndexOf('</testsuite');
  const end = close < 0 ? 0 : text.indexOf('>', close) + 1;
  return end === 0 || /<test(?:suites?|case)\b/.test(text.slice(end)) ? text : text.slice(0, end);
}

/** The report in what a tool printed: what stands before and after it is none of it. */
export function reportWithin(text: string): string {
  if (/^\s*</.test(text)) return withoutRest(text);
  const xml = /(?<=^[ \t]*)<(?:\?xml|testsuites?[\s>])/m.exec(text);
  const json = /^\{/m.exec(text);
  if (!xml && json) return text.slice(json.index, text.lastIndexOf('}') + 1);
  const begin = xml?.index ?? text.search(/<(?:\?xml|testsuites?[\s>])/);
  return begin < 0 ? text : withoutRest(text.slice(begin));
}

/** The same of bytes that somebody kept; what is no UTF-8 stays as it is. */
export function printedReport(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes : Buffer.from(reportWithin(text));
}
