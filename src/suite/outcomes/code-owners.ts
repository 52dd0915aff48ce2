import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where GitHub and GitLab look for it, in this order. */
const places = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/** A pattern of CODEOWNERS, which is one of gitignore, as an expression over paths from the root. */
function expressionOf(pattern: string): RegExp {
  const isRooted = pattern.replace(/\/$/, '').includes('/');
  const body = pattern
    .replace(/^\//, '')
    .replace(/\/$/, '/**')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (sign) =>
      sign === '**/' ? '(?:.*/)?' : sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]',
    );
  return new RegExp(`^${isRooted ? '' : '(?:.*/)?'}${body}(?:/.*)?$`);
}

/** The nearest folder above a file that has owners written down. */
function ownersAbove(file: string): { root: string; text: string } | undefined {
  let folder = path.dirname(path.resolve(file));
  for (;;) {
    const found = places.map((place) => path.join(folder, place)).find(existsSync);
    if (found !== undefined) return { root: folder, text: readFileSync(found, 'utf8') };
    // A repository ends where its own folder of git is.
    if (folder === path.dirname(folder) || existsSync(path.join(folder, '.git'))) return undefined;
    folder = path.dirname(folder);
  }
}

/** Who owns a file by CODEOWNERS, the last pattern that matches it; `undefined` where nobody does. */
export function codeOwnerOf(file: string): string | undefined {
  const known = ownersAbove(file);
  if (!known) return undefined;
  const within = path.relative(known.root, path.resolve(file)).split(path.sep).join('/');
  const lines = known.text.split('\n').map((line) => line.replace(/(?:^|\s)#.*/, '').trim());
  const last = lines
    .filter((line) => line !== '' && !/^\^?\[/.test(line))
    .map((line) => line.split(/\s+/))
    .findLast(([pattern = '']) => expressionOf(pattern).test(within));
  const owners = last?.slice(1).join(' ');
  return owners === undefined || owners === '' ? undefined : owners;
}
