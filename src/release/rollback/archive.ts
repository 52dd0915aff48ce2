import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { formatValue, messageOf, VigilError } from '../../core/index.ts';
import { entryJudge } from './archive-entries.ts';

/**
 * Reads an archive through without writing anything, and judges what unpacking it with `strip` will do.
 * @throws CONFIG_INVALID when it is damaged, empty, would write outside, or could not be unpacked to its end
 */
export async function inspectArchive(archive: string, strip: number) {
  const { list } = await import('tar');
  let [files, bytes, dropped] = [0, 0, 0];
  const dangers: string[] = [];
  const judge = entryJudge(strip);
  try {
    await list({
      file: archive,
      strict: true,
      onReadEntry(entry) {
        const fate = judge(entry);
        if (typeof fate === 'object') dangers.push(fate.danger);
        else if (fate === 'dropped') dropped += 1;
        else {
          if (entry.type !== 'Directory') files += 1;
          bytes += entry.size;
        }
      },
    });
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `the archive can’t be read: ${messageOf(thrown)}`, {
      where: archive,
    });
  }
  if (dangers.length > 0) {
    const more = dangers.length > 3 ? `; and ${dangers.length - 3} more` : '';
    throw new VigilError(
      'CONFIG_INVALID',
      `the archive is refused: ${dangers.slice(0, 3).join('; ')}${more}`,
      {
        where: archive,
        expected: 'files, folders and links inside of the release',
        hint: 'repack the release, or set rollback.backup.strip; nothing was unpacked',
      },
    );
  }
  if (files > 0) return { files, bytes };
  const why = dropped > 0 ? ` that is left after strip ${strip}` : '';
  throw new VigilError('CONFIG_INVALID', `the archive holds no file${why}`, { where: archive });
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
  const bytes = createReadStream(archive);
  // Not by a step between the two: behind one the library waits for ever when the last entry is a folder or a link.
  bytes.on('data', (chunk) => hash.update(chunk));
  await pipeline(bytes, extract({ cwd: into, strip, strict: true, preservePaths: false }), { signal });
  const actual = hash.digest('hex');
  if (actual === sha256) return;
  throw new VigilError('HARNESS', 'the archive was changed while it was unpacked', {
    where: archive,
    expected: sha256,
    received: actual,
  });
}
