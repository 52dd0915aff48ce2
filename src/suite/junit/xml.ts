import { SaxesParser } from 'saxes';
import { VigilError } from '../../core/index.ts';

/** Attributes of an element, on an object without a prototype. */
export type XmlAttributes = Record<string, string>;

/** What a reader of XML is told; `line` is where the tag begins, from 1. */
export interface XmlHandler {
  open(name: string, attributes: XmlAttributes, line: number): void;
  text(text: string): void;
  close(): void;
}

/** The line and column that a reader of XML has come to. */
export interface XmlPosition {
  line: number;
  column: number;
}

/** The error of a report that isn't one, with the place in it. */
export function invalidReport(
  message: string,
  at: XmlPosition | undefined,
  details: { expected?: string; received?: string; hint?: string },
): VigilError {
  return new VigilError('JUNIT_INVALID', message, {
    where: at && `line ${at.line}, column ${at.column + 1}`,
    ...details,
  });
}

/** The first characters of a text, never ending in half a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** saxes puts `line:column: ` in front of its messages. */
function withoutPlace(message: string): string {
  return message.replace(/^\d{1,9}:\d{1,9}: /, '').slice(0, 200);
}

/**
 * Reads untrusted XML in one pass: no document type, so no entity but XML's own five, and no element deeper
 * than `maxDepth`.
 * @throws VigilError JUNIT_INVALID with line and column on anything that isn't well-formed or is over a limit
 */
export function readXml(text: string, maxDepth: number, handler: XmlHandler): void {
  const parser = new SaxesParser();
  let depth = 0;
  let line = 1;
  let ending = false;
  parser.on('doctype', () => {
    throw invalidReport('The report has a document type', parser, {
      expected: 'JUnit XML without <!DOCTYPE>: entities of a file from outside are not read',
      hint: 'Check that this is the file the runner wrote, not an HTML page',
    });
  });
  parser.on('opentagstart', () => {
    line = parser.line;
  });
  parser.on('opentag', (tag) => {
    if (++depth > maxDepth) {
      throw invalidReport('The report is nested too deeply', parser, {
        expected: `at most ${maxDepth} elements inside each other`,
      });
    }
    handler.open(tag.name, tag.attributes, line);
  });
  parser.on('text', (piece) => handler.text(piece));
  parser.on('cdata', (piece) => handler.text(piece));
  parser.on('closetag', () => {
    depth--;
    handler.close();
  });
  parser.on('error', (error) => {
    throw invalidReport(ending ? 'The report is cut off' : 'The report is not well-formed XML', parser, {
      expected: 'a complete JUnit XML document',
      received: withoutPlace(error.message),
      hint: 'The runner was killed while it wrote, or this is not its report',
    });
  });
  parser.write(text);
  ending = true;
  parser.close();
}
