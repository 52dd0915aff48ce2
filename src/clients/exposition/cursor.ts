import { VigilError } from '../../core/index.ts';

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]*/y;
const TOKEN = /[^ \t\n]*/y;
const REST = /[^\n]*/y;
const PLAIN = /[^"\\]*/y;

// Anchored and deterministic (no token can be split in two ways), so linear on hostile input.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as the text format writes it (Go's ParseFloat without hexadecimal), or undefined. */
export function parseNumber(token: string): number | undefined {
  if (NUMBER.test(token)) {
    const value = Number(token);
    // Out of range, as ParseFloat says too: a number of many digits is no infinity.
    return Number.isFinite(value) ? value : undefined;
  }
  switch (token.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case '+inf':
    case 'inf':
    case '+infinity':
    case 'infinity':
      return Number.POSITIVE_INFINITY;
    case '-inf':
    case '-infinity':
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}

/** Reads tokens of one exposition from left to right; every reading method stays on the current line. */
export class Cursor {
  readonly text: string;
  position = 0;
  line = 1;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character that comes next; undefined at the end. */
  get next(): string | undefined {
    return this.text[this.position];
  }

  /** At a line feed, or where one is missing. */
  get atLineEnd(): boolean {
    return this.atEnd || this.next === '\n';
  }

  /** What the pattern matches from here on; empty when that is nothing. */
  private read(pattern: RegExp): string {
    const start = this.position;
    pattern.lastIndex = start;
    if (pattern.test(this.text)) this.position = pattern.lastIndex;
    return this.text.slice(start, this.position);
  }

  skipBlanks(): void {
    this.read(BLANKS);
  }

  /** Steps over one character if it is the one given. */
  take(character: string): boolean {
    if (this.next !== character) return false;
    this.position++;
    return true;
  }

  /** A metric name (colons allowed) or a label name; empty when there is none here. */
  name(colon: boolean): string {
    return this.read(colon ? METRIC_NAME : LABEL_NAME);
  }

  /** Everything up to the next blank or the end of the line. */
  token(): string {
    return this.read(TOKEN);
  }

  /** Everything up to the end of the line. */
  rest(): string {
    return this.read(REST);
  }

  /** The inside of a quoted label value, escapes resolved; the opening quote has been taken. */
  quoted(): string {
    let value = this.read(PLAIN);
    while (!this.take('"')) {
      if (this.next !== '\\') this.fail('a closing " of the label value');
      value += this.escape() + this.read(PLAIN);
    }
    return value;
  }

  private escape(): string {
    const escaped = this.text[this.position + 1];
    if (escaped === undefined) this.fail('a closing " of the label value');
    this.position += 2;
    if (escaped === 'n') return '\n';
    // What is no escape stands for itself, as in C:\temp.
    return escaped === '\\' || escaped === '"' ? escaped : `\\${escaped}`;
  }

  /** @throws VigilError EXPOSITION_INVALID that names the line and shows what stands there */
  fail(expected: string, hint = 'Look at the endpoint with: promtool check metrics'): never {
    const start = this.text.lastIndexOf('\n', this.position - 1) + 1;
    const column = this.position - start + 1;
    const shown = this.text.slice(this.position, this.position + 40).split('\n', 1)[0] ?? '';
    const atEnd = this.atEnd ? 'the end of the text' : 'the end of the line';
    const received = shown === '' ? atEnd : JSON.stringify(shown);
    throw new VigilError(
      'EXPOSITION_INVALID',
      `line ${this.line} of the metrics, column ${column}: expected ${expected}, got ${received}`,
      { where: `line ${this.line}, column ${column}`, expected, received, hint },
    );
  }
}
