import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { formatValue, messageOf, VigilError } from '../../../core/index.ts';
import { inspectArchive, requireRoom, unpack } from '../archive.ts';
import { verifySha256 } from '../checksum.ts';
import type { Performer } from './context.ts';
import { isThere, swapNames } from './swap.ts';

export const checkArchive: Performer<'check-archive'> = {
  async perform({ archive, sha256, folder, strip }, { signal }) {
    await verifySha256(archive, sha256, signal);
    const { files, bytes } = await inspectArchive(archive, strip);
    if (!existsSync(folder))
      throw new VigilError('HARNESS', 'the release’s folder is not there', { where: folder });
    await requireRoom(path.dirname(folder), bytes);
    return `SHA-256 right, ${files} files of ${formatValue(bytes, 'bytes')}`;
  },
};

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const extractArchive: Performer<'extract'> = {
  async perform({ archive, sha256, staged, strip }, { signal }) {
    remove(staged); // of an attempt that was cut off
    mkdirSync(staged, { mode: 0o755 });
    try {
      await unpack(archive, { into: staged, strip, sha256, signal });
    } catch (thrown) {
      remove(staged);
      throw thrown instanceof VigilError
        ? thrown
        : new VigilError('HARNESS', `unpacking failed: ${messageOf(thrown)}`, { where: staged });
    }
    return `${(await readdir(staged)).length} entries in ${staged}`;
  },
  undo({ staged }) {
    if (!existsSync(staged)) return undefined;
    remove(staged);
    return `${staged} is removed`;
  },
};

const isLink = (place: string): boolean =>
  lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** A link is turned in one rename; that of before stands in a link beside it. */
function turnLink(live: string, target: string): void {
  const fresh = `${live}.vigil-link`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, live);
}

export const swapFolder: Performer<'swap-folder'> = {
  perform({ live, staged, kept }) {
    if (isLink(live)) {
      const target = path.resolve(path.dirname(live), readlinkSync(live));
      if (target === staged) return `${live} leads to it`;
      if (!isThere(kept)) symlinkSync(readlinkSync(live), kept);
      turnLink(live, staged);
      return `${live} leads to it`;
    }
    return swapNames({ live, staged, kept }, 'folders');
  },
  undo({ live, staged, kept }) {
    if (!isThere(kept)) return undefined;
    if (isLink(kept)) {
      turnLink(live, readlinkSync(kept));
      rmSync(kept);
    } else {
      if (isThere(live)) renameSync(live, staged);
      renameSync(kept, live);
    }
    return `${live} is as it was before`;
  },
};
