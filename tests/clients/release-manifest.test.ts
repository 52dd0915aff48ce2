import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyManifest } from '../../src/clients/release-manifest.ts';
import { failureOf, temporaryFolder } from './servers.ts';

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

async function release(files: Record<string, string>) {
  const folder = path.join(await temporaryFolder(), 'release');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const listed = Object.entries(files).map(([name, content]) => ({ path: name, sha256: sha256(content) }));
  const manifest = path.join(folder, 'manifest.json');
  const write = (entries: unknown = listed) =>
    writeFileSync(
      manifest,
      JSON.stringify({ release: 'v4.1', createdAt: '2025-01-01T00:00:00Z', files: entries }),
    );
  write();
  return { folder, manifest, listed, write };
}

describe('a release', () => {
  test('that is whole has no problems', async () => {
    const { manifest } = await release({ 'a.txt': 'a', 'lib/b.bin': 'b'.repeat(300_000) });
    expect(await verifyManifest(manifest)).toEqual({ release: 'v4.1', files: 2, problems: [] });
  });

  test('is changed when one byte of a large file is', async () => {
    const { folder, manifest, listed } = await release({ 'a.txt': 'a', 'lib/b.bin': 'b'.repeat(300_000) });
    const changed = `${'b'.repeat(150_000)}c${'b'.repeat(149_999)}`;
    writeFileSync(path.join(folder, 'lib/b.bin'), changed);
    expect((await verifyManifest(manifest)).problems).toEqual([
      { path: 'lib/b.bin', problem: 'changed', expected: listed[1]?.sha256, actual: sha256(changed) },
    ]);
  });

  test('says which file is missing, and which has another length', async () => {
    const { folder, manifest, listed, write } = await release({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    write(listed.map((entry) => ({ ...entry, bytes: entry.path === 'b.txt' ? 7 : 1 })));
    rmSync(path.join(folder, 'a.txt'));
    expect((await verifyManifest(manifest)).problems).toEqual([
      { path: 'a.txt', problem: 'missing' },
      { path: 'b.txt', problem: 'changed', expected: '7 bytes', actual: '1 bytes' },
    ]);
  });

  test('reaches no file outside of itself, by path or by link', async () => {
    const { folder, manifest, write } = await release({ 'a.txt': 'a' });
    writeFileSync(path.join(folder, '..', 'secret'), 's');
    symlinkSync('../secret', path.join(folder, 'link'));
    const outside = ['../secret', '../absent', '/etc/passwd', 'x/../../secret', 'link', '.'];
    write(outside.map((entry) => ({ path: entry, sha256: sha256('s') })));
    const { problems } = await verifyManifest(manifest);
    expect(problems.map(({ path: entry, problem }) => [entry, problem])).toEqual(
      outside.map((entry) => [entry, 'outside the release']),
    );
  });

  test('may link inside of itself', async () => {
    const { folder, manifest, listed, write } = await release({ 'real/a.txt': 'a' });
    symlinkSync('real', path.join(folder, 'current'));
    write([...listed, { path: 'current/a.txt', sha256: sha256('a') }]);
    expect((await verifyManifest(manifest)).problems).toEqual([]);
  });

  test('does not hang on what is no regular file', async () => {
    const { folder, manifest, write } = await release({});
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    mkdirSync(path.join(folder, 'sub'));
    write(['pipe', 'sub'].map((entry) => ({ path: entry, sha256: sha256('') })));
    const { problems } = await verifyManifest(manifest);
    expect(problems.map(({ problem }) => problem)).toEqual(['unreadable', 'unreadable']);
  });

  test('that takes too long is an error of the harness', async () => {
    const { manifest, folder, write } = await release({});
    writeFileSync(path.join(folder, 'huge'), '');
    truncateSync(path.join(folder, 'huge'), 4 * 1024 ** 3);
    write([{ path: 'huge', sha256: sha256('') }]);
    const failure = await failureOf(verifyManifest(manifest, { timeoutMs: 50 }));
    expect(failure).toMatchObject({ code: 'HARNESS', where: manifest });
  });
});

describe('a manifest', () => {
  test('that is not there is named', async () => {
    const file = path.join(await temporaryFolder(), 'manifest.json');
    expect((await failureOf(verifyManifest(file))).message).toBe(
      `${file}: expected a release manifest, got no such file`,
    );
  });

  test.each([
    ['{', 'JSON'],
    ['{}', 'release: '],
    ['{"release":"v1","files":[]}', 'files: expected at least one file'],
    [
      '{"release":"v1","files":[{"path":"a","sha256":"abc"}]}',
      'files.0.sha256: expected 64 hexadecimal digits',
    ],
  ])('that is %s is refused', async (content, message) => {
    const file = path.join(await temporaryFolder(), 'manifest.json');
    writeFileSync(file, content);
    const failure = await failureOf(verifyManifest(file));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toContain(message);
  });
});
