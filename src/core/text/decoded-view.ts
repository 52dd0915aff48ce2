/** A text as its reader would see it, with the way back to where each character of it stood. */
export interface View {
  text: string;
  /** What was decoded to give it; `undefined` for the text as it came. */
  of: View | undefined;
  /** Where each character began there, and where it ended. */
  from: Uint32Array;
  to: Uint32Array;
}

/** What one kind of escape is: characters that it begins with, its whole, and what it stands for. */
interface Escapes {
  begins: Uint8Array;
  /** What a text without any has not. */
  sign: RegExp;
  whole: RegExp;
  meaning(match: string): string;
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function percentDecoded(coded: string): string {
  const first = Number.parseInt(coded.slice(1, 3), 16);
  if (coded.length === 3) return String.fromCharCode(first); // also a single byte, as Latin 1 has it
  try {
    return decodeURIComponent(coded);
  } catch {
    return String.fromCharCode(first);
  }
}

function meaningOf(coded: string): string {
  const [first, second = ''] = coded;
  if (first === '\n' || first === '\r') return ''; // where a line was wrapped
  if (first === '%') return percentDecoded(coded);
  if (coded.length === 2) return named[second.toLowerCase()] ?? second;
  const inner = coded.slice(1, first === '&' ? -1 : undefined).toLowerCase();
  const [, letter, digits = ''] = /^#?([ux]?)([\da-f]+)$/.exec(inner) ?? [];
  if (letter === undefined) return named[inner] ?? inner;
  const code = Number.parseInt(digits, letter === '' ? 10 : 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : coded;
}

const nothing = () => '';

const beginsWith = (characters: string): Uint8Array => {
  const flags = new Uint8Array(0x10000);
  for (const character of characters) flags[character.charCodeAt(0)] = 1;
  return flags;
};

/** `%2F` and `%C3%A4`, `\/`, `\n`, `\u0026` and `\x26`, `&amp;`, `&#38;` and `&#x26;`, and lines that were wrapped. */
const escapes: Escapes = {
  begins: beginsWith('%\\&\r\n'),
  sign: /[%\\&\n]/,
  whole:
    /%(?:[0-7][\da-f]|[cd][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-7](?:%[89ab][\da-f]){3}|[89a-f][\da-f])|\\(?:u[\da-f]{4}|x[\da-f]{2}|[bfnrt]|[^a-z\d\s])|&(?:amp|lt|gt|quot|apos|#\d{1,8}|#x[\da-f]{1,8});|\r?\n\s*/iy,
  meaning: meaningOf,
};
/** A line that goes on in the next one, as shells and quoted-printable mail mark it. */
const continuations: Escapes = {
  begins: beginsWith('\\='),
  sign: /[\\=]\r?\n/,
  whole: /[\\=]\r?\n\s*/y,
  meaning: nothing,
};
const spaces: Escapes = {
  begins: beginsWith(' \t\r\n\v\f\u00a0\u2028\u2029\u3000'),
  sign: /\s/,
  whole: /\s+/y,
  meaning: nothing,
};

const none = new Uint32Array();
export const viewOf = (text: string): View => ({ text, of: undefined, from: none, to: none });

function replaced(of: View, { begins, sign, whole, meaning }: Escapes): View | undefined {
  const { text } = of;
  if (!sign.test(text)) return undefined;
  const { length } = text;
  // No escape is shorter than what it stands for.
  const units = new Uint16Array(length);
  const from = new Uint32Array(length);
  const to = new Uint32Array(length);
  let size = 0;
  let at = 0;
  const keep = (unit: number, end: number): void => {
    units[size] = unit;
    from[size] = at;
    to[size] = end;
    size += 1;
  };
  while (at < length) {
    const code = text.charCodeAt(at);
    let match: string | undefined;
    if (begins[code] === 1) {
      whole.lastIndex = at;
      match = whole.exec(text)?.[0];
    }
    if (match === undefined) {
      keep(code, at + 1);
      at += 1;
      continue;
    }
    const meant = meaning(match);
    const end = at + match.length;
    for (let index = 0; index < meant.length; index += 1) keep(meant.charCodeAt(index), end);
    at = end;
  }
  if (size === length) return undefined;
  return { text: Buffer.from(units.buffer, 0, size * 2).toString('utf16le'), of, from, to };
}

/** With one level of escapes taken away and wrapped lines joined; `undefined` where there is none. */
export const decoded = (view: View): View | undefined => replaced(view, escapes);

/** With continued lines joined, and the mark of it gone; `undefined` where there is none. */
export const continued = (view: View): View | undefined => replaced(view, continuations);

/** Without any white space; `undefined` where there is none. */
export const withoutSpaces = (view: View): View | undefined => replaced(view, spaces);

/** Where a part of a view, which is not empty, stands in the text as it came. */
export const sourceRange = ({ of, from, to }: View, start: number, end: number): [number, number] =>
  of ? sourceRange(of, from[start] ?? 0, to[end - 1] ?? 0) : [start, end];
