import { VigilError } from '../../core/index.ts';

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

// Anchored and deterministic (no token can be split in two ways), so linear on hostile input.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function isNameStart(code: number, colon: boolean): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (colon && code === COLON)
  );
}

function isNamePart(code: number, colon: boolean): boolean {
  return isNameStart(code, colon) || (code >= 48 && code <= 57);
}

/** A number as the text format writes it (Go's ParseFloat without hexadecimal), or undefined. */
export function parseNumber(token: string): number | undefined {
  if (NUMBER.test(token)) return Number(token);
  switch (token.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case '+inf':
    case 'inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
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

  get code(): number {
    return this.text.charCodeAt(this.position);
  }

  /** At a line feed, or where one is missing. */
  get atLineEnd(): boolean {
    return this.atEnd || this.code === NEWLINE;
  }

  skipBlanks(): void {
    while (this.code === SPACE || this.code === TAB) this.position++;
  }

  /** Steps over one character if it is the one given. */
  take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  /** A metric name (colons allowed) or a label name; empty when there is none here. */
  name(colon: boolean): string {
    const start = this.position;
    if (!isNameStart(this.code, colon)) return '';
    while (isNamePart(this.code, colon)) this.position++;
    return this.text.slice(start, this.position);
  }

  /** Everything up to the next blank or the end of the line. */
  token(): string {
    const start = this.position;
    while (!this.atLineEnd && this.code !== SPACE && this.code !== TAB) this.position++;
    return this.text.slice(start, this.position);
  }

  /** Everything up to the end of the line, which the text must have. */
  rest(): string {
    const end = this.text.indexOf('\n', this.position);
    const start = this.position;
    this.position = end < 0 ? this.text.length : end;
    return this.text.slice(start, this.position);
  }

  /** The inside of a quoted label value, escapes resolved; the opening quote has been taken. */
  quoted(): string {
    let value = '';
    let from = this.position;
    for (;;) {
      const code = this.code;
      if (code === QUOTE) {
        value += this.text.slice(from, this.position++);
        return value;
      }
      if (Number.isNaN(code) || code === NEWLINE) this.fail('a closing " of the label value');
      if (code !== BACKSLASH) {
        this.position++;
        continue;
      }
      value += this.text.slice(from, this.position) + this.escape(true);
      from = this.position;
    }
  }

  private escape(quoteToo: boolean): string {
    const next = this.text[++this.position];
    this.position++;
    if (next === '\\') return '\\';
    if (next === 'n') return '\n';
    if (next === '"' && quoteToo) return '"';
    this.position -= 2;
    return this.fail('one of the escapes \\\\, \\" and \\n');
  }

  /** @throws VigilError EXPOSITION_INVALID that names the line and shows what stands there */
  fail(expected: string, hint = 'Look at the endpoint with: promtool check metrics'): never {
    const start = this.text.lastIndexOf('\n', this.position - 1) + 1;
    const column = this.position - start + 1;
    const shown = this.text.slice(this.position, this.position + 40).split('\n', 1)[0] ?? '';
    throw new VigilError('EXPOSITION_INVALID', `Line ${this.line} of the metrics is malformed`, {
      where: `line ${this.line}, column ${column}`,
      expected,
      received: this.atEnd
        ? 'the end of the text'
        : shown === ''
          ? 'the end of the line'
          : JSON.stringify(shown),
      hint,
    });
  }
}
