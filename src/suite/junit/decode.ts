import { TextDecoder } from 'node:util';
import { VigilError } from '../../core/index.ts';

/** A report as text, with how many forbidden characters were replaced. */
export interface DecodedReport {
  text: string;
  replaced: number;
}

// What XML 1.0 allows of the controls is tab, line feed and carriage return; node:test writes the others as they
// come from messages, and one colour code must not cost the whole report.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are the point
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** More than this is no report with colours in it but something binary. */
const MAX_REPLACED = 100_000;

/** How many bytes may stand before the encoding in an XML declaration. */
const DECLARATION_BYTES = 256;

function encodingOf(bytes: Uint8Array): string {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  const head = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1');
  const declaration = head.startsWith('<?xml') ? head.slice(0, head.indexOf('?>')) : '';
  return /encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(declaration)?.[1] ?? 'utf-8';
}

function decoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new VigilError('JUNIT_INVALID', 'The report declares an encoding that is not known here', {
      expected: 'UTF-8, UTF-16 or another encoding of the WHATWG list',
      received: encoding,
      hint: 'Let the runner write its report as UTF-8',
      cause,
    });
  }
}

function decodeBytes(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return decoder(encoding).decode(bytes);
  } catch (cause) {
    if (cause instanceof VigilError) throw cause;
    throw new VigilError('JUNIT_INVALID', `The report is not valid ${encoding}`, {
      expected: `text in ${encoding}, as its first bytes say`,
      received: 'bytes that mean nothing in it',
      hint: 'The file is cut, binary or in another encoding than it declares',
      cause,
    });
  }
}

/**
 * Text of a report: bytes by their BOM or declared encoding (UTF-8 without either), a string as it is.
 * @throws VigilError JUNIT_INVALID on bytes that aren't in that encoding
 */
export function decodeReport(input: string | Uint8Array): DecodedReport {
  const text = typeof input === 'string' ? input : decodeBytes(input);
  let replaced = 0;
  const readable = text.replace(FORBIDDEN, () => {
    replaced += 1;
    if (replaced <= MAX_REPLACED) return '\ufffd';
    throw new VigilError('JUNIT_INVALID', 'The report is full of control characters', {
      expected: 'text',
      received: `more than ${MAX_REPLACED} characters that XML forbids`,
      hint: 'The file is binary, or the disk lost what was written',
    });
  });
  return { text: readable, replaced };
}
