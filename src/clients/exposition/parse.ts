import { atOnce, inTurns, VigilError } from '../../core/index.ts';
import { Cursor, parseNumber } from './cursor.ts';
import { FamilyTable } from './families.ts';
import type { Exposition, ExpositionLimits, Labels } from './types.ts';

/** The limits that hold unless others are given. */
const EXPOSITION_LIMITS = Object.freeze({
  maxBytes: 16 * 1024 * 1024,
  maxSeries: 20_000,
  maxLabelLength: 16_384,
});

/** Lines from one place where reading may be interrupted to the next. */
const linesOfTurn = 200;

function readLabels(at: Cursor, maxLabelLength: number): Labels {
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
    const value = at.quoted();
    if (value.length > maxLabelLength)
      throw tooMuch(`a label value of ${count(value.length)} characters`, count(maxLabelLength));
    labels[name] = value;
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
function skipExemplar(at: Cursor, maxLabelLength: number): void {
  at.skipBlanks();
  if (at.next !== '{') at.fail('{ of an exemplar');
  readLabels(at, maxLabelLength);
  at.skipBlanks();
  readNumber(at, 'the value of the exemplar');
  at.skipBlanks();
  if (!at.atLineEnd) readNumber(at, 'the time of the exemplar');
}

function readSample(at: Cursor, table: FamilyTable, maxLabelLength: number): void {
  const name = at.name(true);
  if (name === '') at.fail('a metric name ([a-zA-Z_:][a-zA-Z0-9_:]*) or #');
  at.skipBlanks();
  const labels = readLabels(at, maxLabelLength);
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
  if (at.take('#')) skipExemplar(at, maxLabelLength);
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

/** How many samples a text holds by its lines alone: of one that is refused nothing is kept, and its size is told. */
function* countSeries(text: string): Generator<undefined, number> {
  const blanks = /[ \t]*/y;
  let series = 0;
  let lines = 0;
  for (let start = 0; start < text.length; lines += 1) {
    if (lines % linesOfTurn === 0) yield;
    blanks.lastIndex = start;
    blanks.test(text);
    const at = blanks.lastIndex;
    if (at < text.length && text[at] !== '\n' && text[at] !== '#') series += 1;
    const end = text.indexOf('\n', at);
    start = end < 0 ? text.length : end + 1;
  }
  return series;
}

function* reading(text: string, limits: ExpositionLimits): Generator<undefined, Exposition> {
  const {
    maxBytes = EXPOSITION_LIMITS.maxBytes,
    maxSeries = EXPOSITION_LIMITS.maxSeries,
    maxLabelLength = EXPOSITION_LIMITS.maxLabelLength,
  } = limits;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw tooMuch(`${count(bytes)} bytes`, `${count(maxBytes)} bytes`);
  const series = yield* countSeries(text);
  if (series > maxSeries) throw tooMuch(`${count(series)} series`, `${count(maxSeries)} series`);
  const at = new Cursor(text);
  const table = new FamilyTable();
  let ended = false;
  while (!at.atEnd) {
    if (at.line % linesOfTurn === 0) yield;
    at.skipBlanks();
    if (ended && !at.atLineEnd) at.fail('nothing after # EOF');
    if (at.take('#')) ended = readComment(at, table);
    else if (!at.atLineEnd) readSample(at, table, maxLabelLength);
    // OpenMetrics leaves the line feed after # EOF to the writer.
    if (!at.take('\n') && !ended) at.fail('a line feed at the end of the last line');
    at.line++;
  }
  return table.finish();
}

/**
 * Reads one scrape in the Prometheus text format 0.0.4, and OpenMetrics text as far as the two agree (types it
 * has more are mapped, `# UNIT` and exemplars dropped). Strict: what Prometheus would refuse is refused.
 * @throws VigilError EXPOSITION_INVALID with the line, what was expected there and what came;
 * EXPOSITION_TOO_LARGE with how much came, and the limit
 */
export function parseExposition(text: string, limits: ExpositionLimits = {}): Exposition {
  return atOnce(reading(text, limits));
}

/** The same in short parts: however much a target sends, whoever else asks this process is answered meanwhile. */
export function readExposition(text: string, limits: ExpositionLimits = {}): Promise<Exposition> {
  return inTurns(reading(text, limits));
}

const count = (value: number): string => value.toLocaleString('en-US');

function tooMuch(received: string, limit: string): VigilError {
  return new VigilError(
    'EXPOSITION_TOO_LARGE',
    `refused: ${received}, limit ${limit.replace(/ series$/, '')}`,
    {
      expected: `at most ${limit}`,
      received,
      hint: 'Look for a label with unbounded values, or raise target.sampleLimit',
    },
  );
}
