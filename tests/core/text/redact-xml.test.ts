import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactXml } from '../../../src/core/text/redact-xml.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';

const secret = `pl<an>t&ed "sec'ret`;
const redactor = createRedactor();
redactor.register(secret);
const { redact } = redactor;
const clean = (xml: string) => redactXml(Buffer.from(xml), redact).toString();
const byNumber = (text: string) => text.replace(/[^a-z]/g, (each) => `&#${each.codePointAt(0)};`);
const byName = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');

test.each([
  ['an attribute', `<a m="x ${byName(secret)} y"/>`, '<a m="x [redacted] y"/>'],
  ['characters by number', `<a>x ${byNumber(secret)} y</a>`, '<a>x [redacted] y</a>'],
  ['CDATA', `<a><![CDATA[x ${secret} y]]></a>`, '<a><![CDATA[x [redacted] y]]></a>'],
  ['a comment', `<a><!-- it's ${secret} -->z</a>`, "<a><!-- it's [redacted] -->z</a>"],
  [
    'text after a quote in a comment',
    `<!-- it's --><a>${byName(secret)}</a>`,
    "<!-- it's --><a>[redacted]</a>",
  ],
  ['text after a > in a value', `<a m="1 > 0">${byName(secret)}</a>`, '<a m="1 > 0">[redacted]</a>'],
  ['a password by its looks', '<f>password=hunter22</f><g/>', '<f>password=[redacted]</f><g/>'],
])('a secret in %s is taken out, and the markup stays', (_, xml, expected) => {
  expect(clean(xml)).toBe(expected);
});

test.each([
  ['an attribute that never ends', `<a m="${byName(secret)}`],
  ['CDATA that never ends', `<a><![CDATA[${secret}`],
  ['text without markup', secret],
  ['two texts', `<a>${byName(secret.slice(0, 7))}<!-- -->${byName(secret.slice(7))}</a> ${byName(secret)}`],
])('of broken markup nothing is left that holds it: %s', (_, xml) => {
  const left = clean(xml);
  for (const form of [secret, byName(secret), byNumber(secret)]) expect(left).not.toContain(form);
});

test.each([
  ['utf16le', Buffer.from(`\ufeff<a>grün ${byName(secret)}</a>`, 'utf16le'), 'utf-16le'],
  ['utf16be', Buffer.from(`\ufeff<a>grün ${byName(secret)}</a>`, 'utf16le').swap16(), 'utf-16be'],
  ['latin1', Buffer.from(`<a>grün ${byName(secret)}</a>`, 'latin1'), 'latin1'],
])('the encoding stays: %s', (_, bytes, encoding) => {
  expect(new TextDecoder(encoding).decode(redactXml(bytes, redact))).toBe('<a>grün [redacted]</a>');
});

const corpus = new URL('../../../fixtures/junit/', import.meta.url);
test.each(readdirSync(corpus).filter((name) => name.endsWith('.xml')))(
  'a recorded report without any secret comes back byte for byte: %s',
  (name) => {
    const bytes = readFileSync(new URL(name, corpus));
    expect(redactXml(bytes, redact)).toBe(bytes);
  },
);

test('what a report says of its cases is the same after a secret was taken out of any of its texts', () => {
  const texts = fc.array(
    fc.constantFrom(
      secret,
      'password=',
      'Bearer ',
      'abcdefgh1234',
      '<',
      '>',
      '"',
      "'",
      '&',
      'é',
      '\n',
      '-----BEGIN PRIVATE KEY-----',
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(texts, texts, texts, (name, message, text) => {
      const [a, b, c] = [name, message, text].map((parts) => parts.join(''));
      const xml = `<testsuite name="s"><testcase name="n ${byName(a ?? '')}"><failure message="${byNumber(b ?? '')}">${byName(c ?? '')}</failure></testcase><testcase name="after"/></testsuite>`;
      const [before, after] = [xml, clean(xml)].map((each) =>
        parseJUnit(each).cases.map(({ outcome, failures }) => [outcome, failures.length]),
      );
      expect(after).toEqual(before);
      expect(clean(xml)).not.toContain(byName(secret));
    }),
  );
});

// Where time grows with the square of the length, this takes hours.
test('megabytes that are made to slow it down are gone through once', { timeout: 60_000 }, () => {
  const megabytes = 4 << 20;
  for (const text of [
    '<![CDATA['.repeat(megabytes / 9),
    '<a "'.repeat(megabytes / 4),
    '<'.repeat(megabytes),
    '&#'.repeat(megabytes / 2),
    `<a m='${'"'.repeat(megabytes)}`,
  ])
    redactXml(Buffer.from(text + byName(secret)), redact);
});
