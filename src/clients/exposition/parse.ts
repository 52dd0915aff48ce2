import { VigilError } from '../../core/index.ts';
import { Cursor, parseNumber } from './cursor.ts';
import { FamilyTable } from './families.ts';
import type { Exposition, ExpositionLimits, Labels } from './types.ts';

/** The limits that hold unless others are given. */
const EXPOSITION_LIMITS: Readonly<ExpositionLimits> = Object.freeze({
  maxBytes: 16 * 1024 * 1024,
  maxSeries: 200_000,
});

function readLabels(at: Cursor): Labels {
  const labels: Labels = Object.create(null);
  if (!at.take('{')) return labels;
  for (;;) {
    at.skipBlanks();
    if (at.take('}')) return labels;
    const name = at.name(false);
    if (name === '') at.fail('a label name ([a-zA-Z_][a-zA-Z0-9_]*) or }');
    at.skipBlanks();
    if (!at.take('=')) at.fail(`= after the label name ${name}`);
    at.skipBlanks();
    if (!at.take('"')) at.fail(`a quoted value of the label ${name}`);
    if (name in labels) at.fail(`each label once, ${name} came before`);
    labels[name] = at.quoted();
    at.skipBlanks();
    if (!at.take(',')) {
      if (!at.take('}')) at.fail('a comma or } after the label value');
      return labels;
    }
  }
}

function readNumber(at: Cursor, what: string): number {
  const start = at.position;
  const value = parseNumber(at.token());
  if (value !== undefined) return value;
  at.position = start;
  return at.fail(what);
}

/** OpenMetrics' exemplar after a value: `# {trace_id="…"} 1.5 1700000000.1`; checked and dropped. */
function skipExemplar(at: Cursor): void {
  at.skipBlanks();
  if (at.next !== '{') at.fail('{ of an exemplar');
  readLabels(at);
  at.skipBlanks();
  readNumber(at, 'the value of the exemplar');
  at.skipBlanks();
  if (!at.atLineEnd) readNumber(at, 'the time of the exemplar');
}

function readSample(at: Cursor, table: FamilyTable): void {
  const name = at.name(true);
  if (name === '') at.fail('a metric name ([a-zA-Z_:][a-zA-Z0-9_:]*) or #');
  at.skipBlanks();
  const labels = readLabels(at);
  at.skipBlanks();
  const value = readNumber(at, 'a value: a number, NaN, +Inf or -Inf');
  if (name.endsWith('_bucket') && parseNumber(labels.le ?? '0') === undefined) {
    at.fail(`a number in the label le of ${name}`);
  }
  at.skipBlanks();
  if (!at.atLineEnd && at.next !== '#') {
    readNumber(at, 'a timestamp or the end of the line');
    at.skipBlanks();
  }
  if (at.take('#')) skipExemplar(at);
  at.skipBlanks();
  if (!at.atLineEnd) at.fail('the end of the line');
  table.add({ name, labels, value }, at);
}

function unescapeHelp(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\n])/g, (_, c) => (c === 'n' ? '\n' : '\\')) : text;
}

/** Reads a `#` line; true when it is OpenMetrics' `# EOF`. */
function readComment(at: Cursor, table: FamilyTable): boolean {
  at.skipBlanks();
  const keyword = at.token();
  if (keyword === 'EOF') {
    at.skipBlanks();
    return at.atLineEnd;
  }
  if (keyword !== 'HELP' && keyword !== 'TYPE') {
    at.rest();
    return false;
  }
  at.skipBlanks();
  const name = at.name(true);
  if (name === '') at.fail(`a metric name after ${keyword}`);
  const afterName = at.position;
  at.skipBlanks();
  if (at.position === afterName && !at.atLineEnd) at.fail('a blank after the metric name');
  if (keyword === 'HELP') table.help(name, unescapeHelp(at.rest()), at);
  else table.type(name, at.rest().trimEnd(), at);
  return false;
}

/**
 * Reads one scrape in the Prometheus text format 0.0.4, and OpenMetrics text as far as the two agree (types it
 * has more are mapped, `# UNIT` and exemplars dropped). Strict: what Prometheus would refuse is refused.
 * @throws VigilError EXPOSITION_INVALID with the line, what was expected there and what came
 */
export function parseExposition(text: string, limits: Partial<ExpositionLimits> = {}): Exposition {
  const { maxBytes, maxSeries } = { ...EXPOSITION_LIMITS, ...limits };
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw tooMuch(`at most ${maxBytes} bytes`, `${bytes} bytes`);
  const at = new Cursor(text);
  const table = new FamilyTable();
  let ended = false;
  while (!at.atEnd) {
    at.skipBlanks();
    if (ended && !at.atLineEnd) at.fail('nothing after # EOF');
    if (at.take('#')) ended = readComment(at, table);
    else if (!at.atLineEnd) readSample(at, table);
    // OpenMetrics leaves the line feed after # EOF to the writer.
    if (!at.take('\n') && !ended) at.fail('a line feed at the end of the last line');
    if (table.size > maxSeries) throw tooMuch(`at most ${maxSeries} series`, `more, by line ${at.line}`);
    at.line++;
  }
  return table.finish();
}

function tooMuch(expected: string, received: string): VigilError {
  return new VigilError('EXPOSITION_INVALID', 'The metrics are larger than the limit', {
    expected,
    received,
    hint: 'Look for a label with unbounded values, or raise the limit',
  });
}
