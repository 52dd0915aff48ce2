// @module-tag git

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Header } from 'tar';
import { afterAll, describe, expect, test } from 'vitest';
import { inspectArchive, unpack } from '../../../src/release/rollback/archive.ts';
import { sha256 } from './two-releases.ts';

const home = mkdtempSync(path.join(tmpdir(), 'vigil-entries-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const archive = path.join(home, 'release.tar');

type Kind = 'File' | 'Directory' | 'SymbolicLink' | 'Link';
type Entry = [type: Kind, name: string, linkpath?: string];

/** An archive of exactly these entries, as no packer would write them. */
function pack(entries: readonly Entry[]): void {
  const blocks = entries.flatMap(([type, name, linkpath = '']) => {
    const body = Buffer.alloc(type === 'File' ? 512 : 0, 0);
    if (type === 'File') body.write('x');
    const size = type === 'File' ? 1 : 0;
    const isLink = type === 'SymbolicLink' || type === 'Link';
    const header = new Header({
      path: name,
      type,
      linkpath: isLink ? linkpath : '',
      mode: 0o755,
      size,
      mtime: new Date(0),
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    return [block, body];
  });
  writeFileSync(archive, Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** What is no folder, at any depth, without going through links. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const place = path.join(folder, each.name);
    return each.isDirectory() ? filesIn(place) : [place];
  });

let made = 0;
/** Unpacks it; the names of what is there afterwards, without folders. */
async function unpacked(strip: number): Promise<string[]> {
  made += 1;
  const into = path.join(home, `into-${made}`, 'release');
  mkdirSync(into, { recursive: true });
  try {
    await unpack(archive, { into, strip, sha256: sha256(archive), signal: AbortSignal.timeout(4000) });
    expect(readdirSync(path.dirname(into))).toEqual(['release']);
    return filesIn(into)
      .map((place) => path.relative(into, place))
      .sort();
  } finally {
    rmSync(path.dirname(into), { recursive: true, force: true });
  }
}

const file: Entry = ['File', 'app/lib/a.js'];

describe('what strip makes of an entry is judged before anything is touched:', () => {
  const refused: [string, Entry[], number, RegExp][] = [
    [
      'a link that leads out once the folder above is gone',
      [file, ['SymbolicLink', 'app/shared', '../shared']],
      1,
      /app\/shared links to \.\.\/shared, outside of the folder, after strip 1/,
    ],
    [
      'a path that becomes absolute',
      [file, ['File', 'app//etc/cron.d/x']],
      1,
      /leads out of the folder, after strip 1/,
    ],
    [
      'a hard link to a file that is dropped',
      [file, ['File', 'a'], ['Link', 'app/b', 'a']],
      1,
      /not an earlier file/,
    ],
    ['a hard link to a file that is not there', [file, ['Link', 'app/b', 'app/c']], 0, /not an earlier file/],
    [
      'a link through a link',
      [file, ['SymbolicLink', 'app/current', 'lib'], ['SymbolicLink', 'app/latest', 'current']],
      0,
      /app\/latest links to current, through the link app\/current/,
    ],
    [
      'a link for which the library that unpacks waits without end',
      [file, ['SymbolicLink', 'app/lib/lib', 'lib']],
      1,
      /app\/lib\/lib links to lib, which unpacking would wait for/,
    ],
    [
      'a file behind a link',
      [file, ['SymbolicLink', 'app/current', 'lib'], ['File', 'app/current/b.js']],
      0,
      /lies behind app\/current, which is not a folder/,
    ],
    [
      'a name that another system takes for a drive',
      [file, ['File', 'c:a.js']],
      0,
      /leads out of the folder/,
    ],
    ['an archive of which nothing is left', [file], 3, /holds no file that is left after strip 3/],
  ];
  test.each(refused)('%s', async (_, entries, strip, message) => {
    pack(entries);
    await expect(inspectArchive(archive, strip)).rejects.toThrow(message);
    // It would have been refused half-way, with the traffic taken away already; or the release would have been another.
    const left = await unpacked(strip).catch(() => undefined);
    expect(left === undefined || left.length < entries.length).toBe(true);
  });

  test('what is whole after strip is taken, and what strip drops is not looked for', async () => {
    pack([
      ['Directory', './'],
      ['File', 'README'],
      file,
      ['SymbolicLink', 'app/bin', 'lib/a.js'],
      ['SymbolicLink', 'app/lib/up', '../bin-of-no-one'],
      ['Link', 'app/lib/b.js', 'app/lib/a.js'],
    ]);
    expect(await inspectArchive(archive, 1)).toEqual({ files: 4, bytes: 1 });
    expect(await unpacked(1)).toEqual(['bin', 'lib/a.js', 'lib/b.js', 'lib/up']);
    expect(await inspectArchive(archive, 0)).toMatchObject({ files: 5 });
  });
});

test('what is not refused can be unpacked to its end, is all there, and stays inside', async () => {
  const usual = { weight: 15, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f') };
  const place = (odd: string[]) =>
    fc
      .array(fc.oneof(usual, { weight: 1, arbitrary: fc.constantFrom(...odd) }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.join('/'));
  const name = place(['.', '', 'c:']).filter((text) => text !== '');
  const linkpath = place(['.', '..', '']);
  const kind = fc.constantFrom<Kind>('File', 'File', 'File', 'Directory', 'SymbolicLink', 'Link');
  const entries = fc.array(fc.tuple(kind, name, linkpath), { minLength: 1, maxLength: 6 });
  const seen = { refused: 0, taken: 0 };
  await fc.assert(
    fc.asyncProperty(entries, fc.nat(2), async (list, strip) => {
      pack(list);
      const contents = await inspectArchive(archive, strip).catch(() => undefined);
      seen[contents ? 'taken' : 'refused'] += 1;
      if (!contents) return;
      const left = await unpacked(strip);
      const places = new Set(left);
      expect(places.size).toBeGreaterThan(0);
      expect(places.size).toBeLessThanOrEqual(contents.files);
    }),
    { numRuns: 300 },
  );
  // Both happen often enough to say something.
  expect(Math.min(seen.refused, seen.taken)).toBeGreaterThan(40);
});
