import {
  chmodSync,
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
import { flagFileText } from '../../fixtures/genesis/orchestrator/flags.ts';
import { readFlag, restoreFlag, setFlag } from '../../src/rollback/flag-file.ts';

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
  chmodSync(file, 0o640);
  const link = `${file}.link`;
  symlinkSync(file, link);
  const { definition, serves } = readFlag(link, key, 'off');
  expect(serves).toBe('is rolled out to 25 %');
  expect(setFlag(link, key, 'off')).toBe(true);
  expect(readFlag(file, key, 'off').serves).toBe('is “off” for everybody');
  expect(setFlag(link, key, 'off')).toBe(false);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(restoreFlag(link, key, 'off', definition)).toBe(true);
  const restored = readFileSync(file, 'utf8');
  expect(JSON.parse(restored)).toEqual(JSON.parse(text));
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
