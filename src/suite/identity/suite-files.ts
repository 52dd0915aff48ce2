import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { byText } from '../../core/index.ts';

/** What a suite of Vitest is written in. */
const isSource = /\.[cm]?[jt]sx?$/;
const isLeftOut = /^(\..*|node_modules|dist|coverage|reports)$/;
/** More is not read at every cycle. */
const most = { files: 500, bytes: 4 * 1024 ** 2 };

/** The sources below a folder, at most some hundred. */
export function sourcesBelow(folder: string, entries: readonly Dirent[]): string[] {
  const found: string[] = [];
  for (const entry of entries) {
    if (isLeftOut.test(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isFile() && isSource.test(entry.name)) found.push(file);
    else if (entry.isDirectory())
      found.push(...sourcesBelow(file, readdirSync(file, { withFileTypes: true })));
    if (found.length > most.files) break;
  }
  return found;
}

const digestOf = (file: string): Buffer => createHash('sha256').update(readFileSync(file)).digest();

/** A hash of a file; `undefined` where it can't be read. */
export function fileHash(file: string): string | undefined {
  try {
    return digestOf(file).toString('hex').slice(0, 16);
  } catch {
    return undefined;
  }
}

/**
 * A hash of the sources below a folder, their names relative to it; `undefined` where there are too many to read them at
 * every cycle, or they can't be read.
 */
export function suiteFilesHash(root: string): string | undefined {
  try {
    const files = sourcesBelow(root, readdirSync(root, { withFileTypes: true }));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    if (files.length > most.files || bytes > most.bytes) return undefined;
    const hash = createHash('sha256');
    for (const file of files.sort(byText)) {
      const name = path.relative(root, file).split(path.sep).join('/');
      hash.update(`${name}\n`).update(digestOf(file));
    }
    return hash.digest('hex').slice(0, 16);
  } catch {
    return undefined;
  }
}
