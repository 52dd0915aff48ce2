import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { flagFileText } from '../../../fixtures/genesis/orchestrator/flags.ts';
import { readFlag, restoreFlag, setFlag } from '../../../src/release/rollback/flag-file.ts';

function flagFile(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-flag-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'flags.json');
  writeFileSync(file, text);
  return file;
}
const key = 'phase_4_deployment';

test('switching and taking back gives the same file to the byte, its mode and a link to it kept', () => {
  const text = flagFileText(25);
  const file = flagFile(text);
  chmodSync(file, 0o666); // more than any umask leaves
  const link = `${file}.link`;
  symlinkSync(file, link);
  const { definition, serves } = readFlag(link, key, 'off');
  expect(serves).toBe('is rolled out to 25 %');
  expect(setFlag(link, key, 'off')).toBe(true);
  expect(readFlag(file, key, 'off').serves).toBe('is “off” for everybody');
  expect(setFlag(link, key, 'off')).toBe(false);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o666);
  expect(restoreFlag(link, key, 'off', definition)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  // What is as it was before is left as it is.
  expect(restoreFlag(link, key, 'off', definition)).toBe(true);
});

test('a file of another owner stays his', () => {
  const file = flagFile(flagFileText(25));
  chownSync(file, 65_534, 65_534);
  setFlag(file, key, 'off');
  expect([statSync(file).uid, statSync(file).gid]).toEqual([65_534, 65_534]);
});

const flags = (definition: object) => ({
  $schema: 's',
  flags: { other: { state: 'ENABLED' }, [key]: definition },
});
const variants = { on: true, off: false };
const rest = { state: 'DISABLED', variants, defaultVariant: 'on' };

test.each<[what: string, indent: string, end?: string]>([
  ['two spaces', '  '],
  ['four spaces', '    '],
  ['tabs', '\t'],
  ['no newline at its end', '  ', ''],
  ['all on one line', '', ''],
])('a file with %s keeps its form, and another flag its words', (_, indent, end = '\n') => {
  const targeting = { if: [true, 'on'] };
  const metadata = { owner: 'carol', rolloutPercentage: 25 };
  const before = JSON.stringify(flags({ ...rest, targeting, metadata }), null, indent) + end;
  const file = flagFile(before);
  expect(setFlag(file, key, 'off')).toBe(true);
  const everybody = { state: 'ENABLED', variants, defaultVariant: 'off' };
  const shared = { ...everybody, metadata: { owner: 'carol', rolloutPercentage: 0 } };
  expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(flags(shared), null, indent) + end);
  expect(existsSync(`${file}.vigil-new`)).toBe(false);
});

test('a file of lines without any indentation comes back with two spaces', () => {
  const file = flagFile(`{"flags":\n${JSON.stringify({ [key]: rest })}}`);
  setFlag(file, key, 'off');
  expect(readFileSync(file, 'utf8')).toContain('\n  "flags": {\n');
});

test.each<[string, object, string]>([
  ['a share', { metadata: { rolloutPercentage: 25 } }, 'is rolled out to 25 %'],
  ['words that are no share', { metadata: { rolloutPercentage: 'all' } }, 'is “on”, with targeting'],
  ['metadata of its own', { metadata: { owner: 'carol' } }, 'is “on”, with targeting'],
  ['no metadata', {}, 'is “on”, with targeting'],
])(
  'a flag with %s is told as it is served, and gets a share of 0 only where it had one',
  (_, more, serves) => {
    const file = flagFile(JSON.stringify(flags({ ...rest, ...more })));
    expect(readFlag(file, key, 'off')).toEqual({ definition: { ...rest, ...more }, value: false, serves });
    setFlag(file, key, 'off');
    const { metadata } = JSON.parse(readFileSync(file, 'utf8')).flags[key];
    const hasShare = serves.includes('rolled out');
    expect(metadata).toEqual(
      hasShare ? { rolloutPercentage: 0 } : 'metadata' in more ? more.metadata : undefined,
    );
  },
);

test('bytes that are no UTF-8 are refused, and a mark at the beginning is not lost on the way', () => {
  const bytes = flagFile('');
  const text = JSON.stringify({ by: '?', ...flags(rest) });
  expect(readFlag(flagFile(text), key, 'off').value).toBe(false);
  writeFileSync(
    bytes,
    Buffer.from(text).map((byte) => (byte === 0x3f ? 0xff : byte)),
  );
  expect(() => readFlag(bytes, key, 'off')).toThrow(/can’t be switched/);
  // JSON knows no such mark: refused, as flagd does, and never written without it.
  expect(() => readFlag(flagFile(`\ufeff${flagFileText(25)}`), key, 'off')).toThrow(/can’t be switched/);
});

test('what is refused says where, and what would do', () => {
  const file = flagFile(JSON.stringify(flags(rest)));
  expect(() => readFlag(file, 'third', 'off')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', where: file, expected: `one of other, ${key}` }),
  );
  expect(() => readFlag(file, key, 'third')).toThrow(expect.objectContaining({ expected: 'one of on, off' }));
  expect(() => readFlag(file, 'other', 'off')).toThrow('other has no variant “off”');
  const empty = flagFile('null');
  expect(() => readFlag(empty, key, 'off')).toThrow(
    expect.objectContaining({
      where: empty,
      expected: 'a flagd flag file, as JSON',
      message: expect.stringContaining('the file has no flags'),
    }),
  );
});

test('a flag that somebody else has changed since is left to him', () => {
  const file = flagFile(flagFileText(25));
  const { definition } = readFlag(file, key, 'off');
  setFlag(file, key, 'off');
  writeFileSync(file, flagFileText(50));
  expect(restoreFlag(file, key, 'off', definition)).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe(flagFileText(50));
});

test.each([
  ['{', /can’t be switched/],
  ['{}', /has no flags/],
  ['{"flags": {"other": {}}}', /has no flag phase_4_deployment/],
  [flagFileText(25).replace('"off": false', '"never": false'), /no variant “off”/],
])('%s is refused', (text, says) => {
  expect(() => readFlag(flagFile(text), key, 'off')).toThrow(says);
});
