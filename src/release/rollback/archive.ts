import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReadEntry } from 'tar';
import { formatValue, messageOf, VigilError } from '../../core/index.ts';

const kinds = ['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink', 'Link'];

const isOutside = (place: string): boolean => {
  const normal = path.posix.normalize(place.replaceAll('\\', '/'));
  return path.posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../');
};

/** Why an entry would write outside of the folder, or something that no release has; `undefined` for a safe one. */
function dangerOf({ path: name, type, linkpath = '' }: ReadEntry): string | undefined {
  if (!kinds.includes(type)) return `${name} is a ${type}`;
  if (isOutside(name) || name.split(/[\\/]/).includes('..')) return `${name} leads out of the folder`;
  // A hard link names a path of the archive, a symbolic one a path from where it stands.
  const isDangerous =
    (type === 'Link' && isOutside(linkpath)) ||
    (type === 'SymbolicLink' &&
      (path.posix.isAbsolute(linkpath) || isOutside(path.posix.join(path.posix.dirname(name), linkpath))));
  return isDangerous ? `${name} links to ${linkpath}, outside of the folder` : undefined;
}

/** Reads an archive through without writing anything. @throws HARNESS when it is damaged, empty, or would write outside. */
export async function inspectArchive(archive: string) {
  const { list } = await import('tar');
  let [files, bytes] = [0, 0];
  const dangers: string[] = [];
  try {
    await list({
      file: archive,
      strict: true,
      onReadEntry(entry) {
        const danger = dangerOf(entry);
        if (danger) dangers.push(danger);
        if (entry.type !== 'Directory') files += 1;
        bytes += entry.size;
      },
    });
  } catch (thrown) {
    throw new VigilError('HARNESS', `the archive can’t be read: ${messageOf(thrown)}`, { where: archive });
  }
  if (dangers.length > 0) {
    throw new VigilError('HARNESS', `the archive is refused: ${dangers.slice(0, 3).join('; ')}`, {
      where: archive,
      expected: 'files, folders and links inside of the release',
      hint: 'this is no archive of a release; nothing was unpacked',
    });
  }
  if (files === 0) throw new VigilError('HARNESS', 'the archive holds no file', { where: archive });
  return { files, bytes };
}

/** What unpacking leaves free at least. */
const spareBytes = 16 * 1024 ** 2;

/** @throws HARNESS when the disk has no room for so many bytes more. */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + spareBytes) return;
  throw new VigilError('HARNESS', `the disk has no room: ${formatValue(free, 'bytes')} are free`, {
    where: folder,
    expected: `${formatValue(bytes + spareBytes, 'bytes')}`,
    hint: 'free some; nothing was touched',
  });
}

/** Unpacks into a folder that is there, and compares the bytes that were read with the checksum as it goes. */
export async function unpack(
  archive: string,
  { into, strip, sha256, signal }: { into: string; strip: number; sha256: string; signal: AbortSignal },
): Promise<void> {
  const { extract } = await import('tar');
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(archive),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    extract({ cwd: into, strip, strict: true, preservePaths: false }),
    { signal },
  );
  const actual = hash.digest('hex');
  if (actual === sha256) return;
  throw new VigilError('HARNESS', 'the archive was changed while it was unpacked', {
    where: archive,
    expected: sha256,
    received: actual,
  });
}
