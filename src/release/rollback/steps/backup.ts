import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { formatValue, messageOf, VigilError } from '../../../core/index.ts';
import type { Action } from '../action.ts';
import { inspectArchive, requireRoom, unpack } from '../archive.ts';
import { verifySha256 } from '../checksum.ts';
import type { Performer } from './context.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

export const checkArchive: Performer<Of<'check-archive'>> = {
  async perform({ archive, sha256, folder }, { signal }) {
    await verifySha256(archive, sha256, signal);
    const { files, bytes } = await inspectArchive(archive);
    if (!existsSync(folder))
      throw new VigilError('HARNESS', 'the release’s folder is not there', { where: folder });
    await requireRoom(path.dirname(folder), bytes);
    return `SHA-256 right, ${files} files of ${formatValue(bytes, 'bytes')}`;
  },
};

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const extractArchive: Performer<Of<'extract'>> = {
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
const isThere = (place: string): boolean => lstatSync(place, { throwIfNoEntry: false }) !== undefined;

/** A link is turned in one rename; that of before stands in a link beside it. */
function turnLink(live: string, target: string): void {
  const fresh = `${live}.vigil-link`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, live);
}

/** Node offers no exchange of two names, so a folder is moved in two renames; between them there is no release for an instant. */
export const swapFolder: Performer<Of<'swap-folder'>> = {
  perform({ live, staged, kept }) {
    if (isLink(live)) {
      const target = path.resolve(path.dirname(live), readlinkSync(live));
      if (target === staged) return `${live} leads to it`;
      if (!isThere(kept)) symlinkSync(readlinkSync(live), kept);
      turnLink(live, staged);
      return `${live} leads to it`;
    }
    if (isThere(staged) && isThere(live) && !isThere(kept)) renameSync(live, kept);
    if (isThere(staged) && !isThere(live) && isThere(kept)) renameSync(staged, live);
    if (isThere(live) && isThere(kept) && !isThere(staged)) return `what was there is in ${kept}`;
    throw new VigilError('HARNESS', 'the folders are not as this rollback left them', {
      where: live,
      expected: `${live}, and ${staged} or ${kept}`,
      received: [live, staged, kept].filter(isThere).join(', ') || 'none of them',
      hint: 'somebody else moved them: look before anything else',
    });
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
