import path from 'node:path';
import type { ReadEntry } from 'tar';

export type ArchiveEntry = Pick<ReadEntry, 'path' | 'type' | 'linkpath'>;

/** What unpacking will do with an entry: put something there, leave it out because of `strip`, or refuse it. */
export type Fate = 'kept' | 'dropped' | { danger: string };

const files = ['File', 'OldFile', 'ContiguousFile'];
const kinds = [...files, 'Directory', 'SymbolicLink', 'Link'];
/** Deeper ones are refused by the library that unpacks. */
const deepest = 1024;

const isRooted = (place: string): boolean =>
  path.win32.isAbsolute(place) || path.win32.parse(place).root !== '';
const goesUp = (place: string): boolean => place.split(/[\\/]/).includes('..');

/** Whether a name is that of something within another, by the letters alone, whatever their case. */
const isWithin = (inner: string, outer: string): boolean => {
  const [within, around] = [inner, outer].map((text) =>
    path.posix.normalize(text).replace(/\/+$/, '').toLowerCase(),
  );
  return `${within}`.startsWith(`${around}/`);
};

/** A place below the folder as its parts, without `.` and empty ones. */
const partsOf = (place: string): string[] => place.split('/').filter((part) => part !== '' && part !== '.');

/** Each folder that a place lies in, outermost first. */
const foldersOf = (parts: readonly string[]): string[] =>
  parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));

/**
 * Judges the entries of an archive in their order, as they will be once `strip` leading folders are gone: whatever
 * would write outside of the folder, is no part of a release, or would end the unpacking half-way.
 */
export function entryJudge(strip: number): (entry: ArchiveEntry) => Fate {
  /** What stands at each place so far. */
  const placed = new Map<string, 'file' | 'link' | 'folder'>();
  /** The first part of a way that is a link: nothing is written or linked through one. */
  const linkOn = (parts: readonly string[]): string | undefined =>
    [...foldersOf(parts), parts.join('/')].find((place) => placed.get(place) === 'link');

  const dangerOfHardLink = (linkpath: string): string | undefined => {
    const parts = linkpath.split('/');
    const target = parts.slice(strip).join('/');
    if (goesUp(target) || isRooted(target)) return 'outside of the folder';
    const through = linkOn(partsOf(target));
    if (through !== undefined) return `through the link ${through}`;
    if (placed.get(partsOf(target).join('/')) !== 'file')
      return 'which is not an earlier file of the archive';
    return undefined;
  };

  const dangerOfLink = (name: string, linkpath: string): string | undefined => {
    const target = path.posix.normalize(
      path.posix.join(path.posix.dirname(name), linkpath.replaceAll('\\', '/')),
    );
    if (linkpath === '') return 'nothing';
    if (isWithin(name, linkpath) || isWithin(linkpath, name))
      return 'which unpacking would wait for without end';
    if (isRooted(linkpath) || target === '..' || target.startsWith('../')) return 'outside of the folder';
    const through = linkOn(partsOf(target));
    return through === undefined ? undefined : `through the link ${through}`;
  };

  const dangerOfPlace = (parts: readonly string[], type: string): string | undefined => {
    const behind = foldersOf(parts).find((folder) => (placed.get(folder) ?? 'folder') !== 'folder');
    if (behind !== undefined) return `lies behind ${behind}, which is not a folder`;
    const before = placed.get(parts.join('/'));
    if (before !== undefined && (before === 'folder') !== (type === 'Directory'))
      return `takes the place of a ${before}`;
    return undefined;
  };

  return ({ path: whole, type, linkpath = '' }) => {
    if (!kinds.includes(type)) return { danger: `${whole} is a ${type}` };
    if (goesUp(whole)) return { danger: `${whole} leads out of the folder` };
    const given = whole.split('/');
    if (given.length < strip) return 'dropped';
    const name = given.slice(strip).join('/');
    const parts = partsOf(name);
    const after = strip > 0 ? `, after strip ${strip}` : '';
    if (type !== 'Directory' && name.endsWith('/')) return { danger: `${whole} has the name of a folder` };
    if (isRooted(name)) return { danger: `${whole} leads out of the folder${after}` };
    if (parts.length > deepest) return { danger: `${whole.slice(0, 80)}… is too deep` };
    const isLink = type === 'SymbolicLink';
    const ofLink = isLink
      ? dangerOfLink(name, linkpath)
      : type === 'Link'
        ? dangerOfHardLink(linkpath)
        : undefined;
    const ofPlace = dangerOfPlace(parts, type);
    if (ofPlace !== undefined) return { danger: `${whole} ${ofPlace}` };
    if (ofLink !== undefined) return { danger: `${whole} links to ${linkpath}, ${ofLink}${after}` };
    if (parts.length === 0) return type === 'Directory' ? 'kept' : 'dropped';
    for (const folder of foldersOf(parts)) placed.set(folder, 'folder');
    placed.set(parts.join('/'), isLink ? 'link' : type === 'Directory' ? 'folder' : 'file');
    return 'kept';
  };
}
