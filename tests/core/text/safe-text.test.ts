import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, printable } from '../../../src/core/text/safe-text.ts';

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '\u001b',
    '[',
    '3',
    '1',
    'm',
    '\n',
    '\r',
    '\u009b',
    '\u202e',
    ']',
    '\u0007',
    '\u2028',
  ),
});
const unsafe = ['\u001b', '\u009b', '\r', '\u0007', '\u202e', '\u2028'];
const isUnsafe = (char: string) => unsafe.includes(char);

test('no escape sequence, carriage return or reordering character gets through', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect([...printable(text)].filter(isUnsafe)).toEqual([]);
      expect([...oneLine(text)].filter((char) => isUnsafe(char) || char === '\n')).toEqual([]);
    }),
  );
});

test('colours are taken out, line breaks stay where text may have them', () => {
  expect(printable('\u001b[31mred\u001b[0m\nnext')).toBe('red\nnext');
  expect(oneLine('\u001b[31mred\u001b[0m\nnext')).toBe('red next');
});

test('a title that would be set on the terminal is shown instead', () => {
  expect(printable('\u001b]0;owned\u0007')).toBe('�]0;owned�');
});

test('a line that would be written over another is not', () => {
  expect(oneLine('FAIL\rPASS')).toBe('FAIL PASS');
});

test('one line has at most 500 characters and says that it was cut', () => {
  expect(oneLine('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
  expect(oneLine('x'.repeat(500))).toHaveLength(500);
});

test('plain words of any language stay as they are', () => {
  expect(oneLine('Größe ≥ 95 % · “ok” 漢字')).toBe('Größe ≥ 95 % · “ok” 漢字');
});
