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

/** Labels, and the metric's name where Prometheus 3 has it among them: `{"shop.orders", region="eu"}`. */
interface Braces {
  labels: Labels;
  name: string;
}

function readBraces(at: Cursor, maxLabelLength: number, outer = ''): Braces {
  const labels: Labels = Object.create(null);
  let metric = outer;
  if (!at.take('{')) return { labels, name: metric };
  for (;;) {
    at.skipBlanks();
    if (at.take('}')) return { labels, name: metric };
    const isQuoted = at.take('"');
    const name = isQuoted ? at.quoted() : at.name(false);
    if (name === '') at.fail('a label name ([a-zA-Z_][a-zA-Z0-9_]*) or }');
    at.skipBlanks();
    if (isQuoted && metric === '' && at.next !== '=') {
      metric = name;
      if (at.take(',')) continue;
      if (!at.take('}')) at.fail('a comma or } after the metric name');
      return { labels, name: metric };
    }
    if (name === '__name__') at.fail('no label __name__: the metric has a name');
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
      return { labels, name: metric };
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
  readBraces(at, maxLabelLength);
  at.skipBlanks();
  readNumber(at, 'the value of the exemplar');
  at.skipBlanks();
  if (!at.atLineEnd) readNumber(at, 'the time of the exemplar');
}

/** Milliseconds are whole, at least 0, and within 64 bits. */
const isMilliseconds = (token: string): boolean =>
  /^\d+$/.test(token) && (token.length < 19 || BigInt(token) < 2n ** 63n);

/** A timestamp: milliseconds, or OpenMetrics' seconds. */
function readTimestamp(at: Cursor, isOpenMetrics: boolean): number {
  const start = at.position;
  const token = at.token();
  const value = isOpenMetrics || isMilliseconds(token) ? parseNumber(token) : undefined;
  if (value !== undefined) return value;
  at.position = start;
  return at.fail('a timestamp or the end of the line');
}

interface Reading {
  table: FamilyTable;
  maxLabelLength: number;
  /** OpenMetrics ends with # EOF, and has exemplars, fractions of time and more types. */
  isOpenMetrics: boolean;
}

function readSample(at: Cursor, { table, maxLabelLength, isOpenMetrics }: Reading): void {
  const outer = at.name(true);
  if (outer === '' && at.next !== '{') at.fail('a metric name ([a-zA-Z_:][a-zA-Z0-9_:]*) or #');
  at.skipBlanks();
  const { labels, name } = readBraces(at, maxLabelLength, outer);
  if (name === '') at.fail('a metric name among the labels');
  at.skipBlanks();
  const value = readNumber(at, 'a value: a number, NaN, +Inf or -Inf');
  at.skipBlanks();
  let timestamp: number | undefined;
  if (!at.atLineEnd && !(isOpenMetrics && at.next === '#')) {
    timestamp = readTimestamp(at, isOpenMetrics);
    at.skipBlanks();
  }
  if (isOpenMetrics && at.take('#')) skipExemplar(at, maxLabelLength);
  at.skipBlanks();
  if (!at.atLineEnd) at.fail('the end of the line');
  table.add({ name, labels, value }, timestamp);
}

function unescapeHelp(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\n])/g, (_, c) => (c === 'n' ? '\n' : '\\')) : text;
}

/** Reads a `#` line; true when it is OpenMetrics' `# EOF`. */
function readComment(at: Cursor, { table, isOpenMetrics }: Reading): boolean {
  at.skipBlanks();
  const keyword = at.token();
  if (keyword === 'EOF' && isOpenMetrics) {
    at.skipBlanks();
    return at.atLineEnd;
  }
  if (keyword !== 'HELP' && keyword !== 'TYPE') {
    at.rest();
    return false;
  }
  at.skipBlanks();
  if (at.atLineEnd) return false;
  const isQuoted = at.take('"');
  const name = isQuoted ? at.quoted() : at.name(true);
  if (name === '') at.fail(`a metric name after ${keyword}`);
  // One character parts the name from the rest, whichever it is.
  const rest = at.rest().slice(1);
  if (keyword === 'HELP') table.help(name, unescapeHelp(rest.trimStart()));
  else table.type(name, isOpenMetrics ? rest.trim() : rest, at, isOpenMetrics);
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
  const isOpenMetrics = /(?:^|\n)# EOF\s*$/.test(text.slice(-100));
  const into: Reading = { table, maxLabelLength, isOpenMetrics };
  let ended = false;
  while (!at.atEnd) {
    if (at.line % linesOfTurn === 0) yield;
    const start = at.position;
    at.skipBlanks();
    if (ended && !at.atLineEnd) at.fail('nothing after # EOF');
    if (at.take('#')) ended = readComment(at, into);
    else if (!at.atLineEnd) {
      if (at.position > start) at.fail('no blank before a metric name');
      readSample(at, into);
    }
    at.take('\n');
    at.line++;
  }
  return table.finish();
}

/**
 * Reads one scrape in the Prometheus text format 0.0.4, and OpenMetrics text as far as the two agree (types it
 * has more are mapped, `# UNIT` and exemplars dropped), with the quoted names of Prometheus 3. What Prometheus 2.42 refuses is
 * refused, and what it takes is taken: tests/clients/exposition/prometheus.test.ts asks it.
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
