import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/text/redactor.ts';

/** Each character as itself, or by what an encoder makes of it. */
const each = (text: string, code: (character: string) => string) =>
  [...text].map((character) => (/[A-Za-z0-9]/.test(character) ? character : code(character))).join('');
const hexOf = (character: string, digits: number) =>
  (character.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');
const units = (text: string, code: (unit: string) => string) =>
  Array.from({ length: text.length }, (_, index) => code(text.charAt(index))).join('');

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const percent = (text: string) => encodeURIComponent(text);
const lower = (text: string) => percent(text).replace(/%../g, (escaped) => escaped.toLowerCase());
const bytes = (text: string) =>
  Buffer.from(text).reduce((sum, byte) => `${sum}%${byte.toString(16).padStart(2, '0')}`, '');
const byName = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const wrap = (text: string, at: number, end = '\n') => `${text.slice(0, at)}${end}${text.slice(at)}`;

/** One level each, as they may lie upon each other. */
const encoders: Record<string, (text: string) => string> = {
  json,
  'json with \\/': (text) => json(text).replaceAll('/', '\\/'),
  'json with \\u0026': (text) => units(text, (unit) => (/\w/.test(unit) ? unit : `\\u${hexOf(unit, 4)}`)),
  'json with \\U in capitals': (text) => units(text, (unit) => `\\u${hexOf(unit, 4).toUpperCase()}`),
  '\\x26': (text) => each(text, (one) => (one < '\u0080' ? `\\x${hexOf(one, 2)}` : one)),
  percent,
  'percent, small letters': lower,
  'percent, all bytes': bytes,
  'percent, as a path': (text) => encodeURI(text),
  'XML names': byName,
  'XML, decimal': (text) => each(text, (one) => `&#${one.codePointAt(0)};`),
  'XML, decimal, all': (text) => [...text].map((one) => `&#${one.codePointAt(0)};`).join(''),
  'XML, hex': (text) => each(text, (one) => `&#x${hexOf(one, 2)};`),
  'XML, hex in capitals': (text) => each(text, (one) => `&#X${hexOf(one, 4).toUpperCase()};`),
};
/** After which the text is of letters and digits. */
const codings: Record<string, (text: string) => string> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

const secret = `pl/an?ted "s&e'c<r>et+=ä%41\\n😀`;
const knowing = (...secrets: string[]) => {
  const redactor = createRedactor();
  for (const each of secrets) redactor.register(each);
  return redactor.redact;
};
const redact = knowing(secret);

describe('a known secret is found', () => {
  test.each(Object.entries({ ...encoders, ...codings }))('as %s', (_, encode) => {
    expect(redact(`it said <${encode(secret)}> to us`)).toMatch(/^it said <\[redacted\]=*> to us$/);
  });

  test.each([
    ['percent twice', percent(percent(secret))],
    ['percent twice, small letters', lower(lower(secret))],
    ['JSON within JSON', json(json(secret))],
    ['XML within JSON within an address', percent(json(byName(secret)))],
    ['base64 within an address', percent(Buffer.from(secret).toString('base64'))],
    ['a form’s field', new URLSearchParams({ a: secret }).toString().slice(2)],
  ])('encoded again: %s', (_, text) => {
    expect(redact(`said=${text}, so`)).toMatch(/^said=\[redacted\](?:%3D)*, so$/);
  });

  test('within something longer that is base64, wherever it begins', () => {
    for (const before of ['', 'a', 'ab', 'abc'])
      for (const after of ['', 'z', 'zy']) {
        const coded = Buffer.from(`{"x":"${before}${secret}${after}"}`).toString('base64');
        const clean = redact(coded);
        expect(clean).toContain('[redacted]');
        const left = Buffer.from(clean.replace(/.*\[redacted\]/, ''), 'base64').toString();
        expect(left).not.toContain('😀');
      }
  });

  test.each([
    ['a line', '\n'],
    ['a line of Windows', '\r\n'],
    ['an indented line', '\n    '],
    ['a line that a shell continues', '\\\n'],
    ['quoted-printable', '=\n'],
    ['a line that JSON hides', '\\n'],
  ])('wrapped over lines: %s', (_, end) => {
    const plain = 'planted-wrapped=secret/0123456789';
    const find = knowing(plain);
    const coded = Buffer.from(plain).toString('base64');
    for (const whole of [plain, percent(plain), coded])
      for (let at = 1; at < whole.length; at += 1)
        expect(find(`a ${wrap(whole, at, end)} b`), `${at}`).toMatch(/^a \[redacted\](?:=*|%3D) b$/);
  });

  test('that ends as an escape begins, but for that', () => {
    const find = knowing('planted>secret\\');
    expect(find('(planted>secret\\) (planted&gt;secret\\)')).toBe('([redacted]) ([redacted]\\)');
  });

  test('wrapped where it has a space, as text is', () => {
    const find = knowing('planted pass phrase of five');
    expect(find('a planted pass\n  phrase of\nfive b')).toBe('a [redacted] b');
    expect(find('a planted+pass+phrase+of+five b')).toBe('a [redacted] b');
  });

  test('with what is around it left as it was, escapes too', () => {
    const find = knowing('planted/secret');
    expect(find('{"a":"x\\/y","b":"planted\\/secret","c":"\\u0026"}')).toBe(
      '{"a":"x\\/y","b":"[redacted]","c":"\\u0026"}',
    );
    expect(find('line one\nplanted/secret\nline three')).toBe('line one\n[redacted]\nline three');
    expect(find('?a=%2F&b=planted%2fsecret&c=%2F')).toBe('?a=%2F&b=[redacted]&c=%2F');
    expect(find('planted\nand secret, 100 % & more \\ <b>')).toBe('planted\nand secret, 100 % & more \\ <b>');
  });
});

test('whatever a secret is made of, and however it is encoded over and over, nothing of it is left', () => {
  const secrets = fc
    .string({
      unit: fc.constantFrom(...'abcXYZ019-_.~+/=&<>"\'%#?:;@!$ äß😀\\'),
      minLength: 8,
      maxLength: 40,
    })
    .map((text) => text.trim())
    // Of one that ends like an escape, that end may stay.
    .filter((text) => text.length >= 8 && !/[\\%&]$/.test(text));
  const chain = fc.array(fc.constantFrom(...Object.keys(encoders)), { maxLength: 3 });
  const first = fc.constantFrom(undefined, ...Object.keys(codings));
  const around = fc.string({ unit: fc.constantFrom(...'abc 123,(){}[]') });
  fc.assert(
    fc.property(secrets, first, chain, around, around, (hidden, coding, names, before, after) => {
      const coded = (coding === undefined ? undefined : codings[coding])?.(hidden) ?? hidden;
      const shown = names.reduce((text, name) => encoders[name]?.(text) ?? text, coded);
      const clean = knowing(hidden)(`${before}(${shown})${after}`);
      expect(clean.slice(0, before.length + 1)).toBe(`${before}(`);
      expect(clean.slice(before.length + 1)).toBe(`[redacted])${after}`);
    }),
    { numRuns: 500 },
  );
});

describe('where a text was cut within a secret', () => {
  const find = knowing('planted-secret-of-some-length');
  test.each([
    ['with a mark', 'it said "planted-sec…" and more', 'it said "[redacted]…" and more'],
    ['with dots', 'it said planted-sec...', 'it said [redacted]...'],
    ['encoded', 'it said plan%74ed%2Dsec…', 'it said [redacted]…'],
    ['at its end', 'it said planted-secret-of-som', 'it said [redacted]'],
  ])('its beginning goes too: %s', (_, text, clean) => {
    expect(find(text)).toBe(clean);
  });

  test('an ordinary word that a secret begins with stays', () => {
    for (const text of [
      'planted-secret-of-some',
      'it was planted',
      'planted trees',
      'plant…',
      'planted and more…',
    ])
      expect(find(text)).toBe(text);
  });
});

// Where time grows with the square of the length, this takes hours.
test('long texts that are made to slow it down are gone through once', { timeout: 60_000 }, () => {
  const find = knowing(...Array.from({ length: 30 }, (_, index) => `planted-secret-${index}/+=&`));
  const long = (text: string) => text.repeat(Math.ceil((1 << 18) / text.length));
  for (const unit of [
    'planted-secret-',
    'planted-secret…',
    '%25',
    '\\',
    '&#38;',
    '\n',
    '=\n ',
    'a-',
    'eyJ-',
    'token=',
    'token_',
    '://a:',
    'ghp_',
    'sk-aaaaaaaaaaaaa.',
    '-----BEGIN PRIVATE KEY-----',
    '123456789:AA',
    'abcdefghijklmn.atlasv1',
  ])
    find(long(unit));
});

test('a secret that two parts of a long text share is found, and its place is right', () => {
  const find = knowing('planted/secret');
  for (let shift = -20; shift <= 20; shift += 5) {
    const before = 'x'.repeat((1 << 20) + shift - 14);
    const clean = find(`${before}planted\\/secret${'y'.repeat(1 << 18)}`);
    expect(clean.slice((1 << 20) + shift - 20, (1 << 20) + shift)).toBe('xxxxxx[redacted]yyyy');
  }
});
