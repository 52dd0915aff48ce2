const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:(\w{2,4})|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (whole, name, decimal, hex) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const encoded = (text: string): string =>
  text.replace(/[&<>"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

type Redact = (text: string) => string;

/** Redacts what stands between markup, as its reader would see it. */
function redactPiece(piece: string, redact: Redact): string {
  const plain = decoded(piece);
  const clean = redact(plain);
  return clean === plain ? piece : encoded(clean);
}

/** The values of a tag's attributes are redacted, each alone, so that no markup is taken for a part of a secret. */
const redactTag = (tag: string, redact: Redact): string =>
  tag.replace(/"[^"]*"|'[^']*'/g, (value) => {
    const quote = value[0] as string;
    return quote + redactPiece(value.slice(1, -1), redact) + quote;
  });

/** Where a tag ends that begins at `start`, −1 when it never does: a `>` within an attribute's value is no end. */
function endOfTag(text: string, start: number): number {
  let quote = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return index + 1;
  }
  return -1;
}

/** What is no tag: neither a quote nor a `<` in it means anything. */
const opaque: readonly [open: string, close: string][] = [
  ['<![CDATA[', ']]>'],
  ['<!--', '-->'],
  ['<?', '?>'],
];

/** `undefined` when the markup is broken: nobody can say then where a text ends. */
function redactDocument(text: string, redact: Redact): string | undefined {
  if (!/^[\ufeff\s]*</.test(text)) return undefined;
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const [open, close] = opaque.find(([begins]) => text.startsWith(begins, from)) ?? [];
    if (open !== undefined && close !== undefined) {
      const end = text.indexOf(close, from + open.length);
      if (end < 0) return undefined;
      parts.push(open, redact(text.slice(from + open.length, end)), close);
      from = end + close.length;
      continue;
    }
    const isTag = text[from] === '<';
    const next = isTag ? endOfTag(text, from) : text.indexOf('<', from);
    if (isTag && next < 0) return undefined;
    const to = next < 0 ? text.length : next;
    const piece = text.slice(from, to);
    parts.push(isTag ? redactTag(piece, redact) : redactPiece(piece, redact));
    from = to;
  }
  return parts.join('');
}

interface Encoding {
  decode(bytes: Buffer): string;
  encode(text: string): Buffer;
}

const utf8: Encoding = {
  decode: (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
  encode: (text) => Buffer.from(text),
};
const utf16: Encoding = {
  decode: (bytes) => bytes.toString('utf16le'),
  encode: (text) => Buffer.from(text, 'utf16le'),
};
const utf16Swapped: Encoding = {
  decode: (bytes) =>
    Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le'),
  encode: (text) => Buffer.from(text, 'utf16le').swap16(),
};
/** Every byte is a character of it, so nothing is lost whatever it was. */
const singleBytes: Encoding = {
  decode: (bytes) => bytes.toString('latin1'),
  encode: (text) => Buffer.from(text, 'latin1'),
};

function encodingOf(bytes: Buffer): Encoding {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return utf16;
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return utf16Swapped;
  try {
    utf8.decode(bytes);
    return utf8;
  } catch {
    return singleBytes;
  }
}

/**
 * An XML document without what `redact` takes for a secret, in its own encoding; what stands for characters
 * (`&quot;`, `&#34;`) is looked through. The markup stays as it is, so that what could be read still can be. Bytes
 * without any secret come back untouched.
 */
export function redactXml(bytes: Buffer, redact: Redact): Buffer {
  const { decode, encode } = encodingOf(bytes);
  const text = decode(bytes);
  const plain = decoded(text);
  const isClean = (each: string) => redact(each) === each;
  if (isClean(plain) && isClean(text)) return bytes;
  // Of a report that is cut off nothing can be believed anyway: secrecy goes before its markup.
  return encode(redactDocument(text, redact) ?? redact(plain));
}
