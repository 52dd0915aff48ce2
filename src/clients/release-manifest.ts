import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, VigilError } from '../core/index.ts';
import { contractError } from './http/http-failure.ts';

const maxManifestBytes = 16 * 1024 ** 2;

const manifestSchema = z.object({
  release: z.string().min(1),
  createdAt: z.string().optional(),
  files: z
    .array(
      z.object({
        path: z.string().min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits'),
        bytes: z.number().int().nonnegative().optional(),
      }),
    )
    .min(1, 'expected at least one file'),
});
type Manifest = z.output<typeof manifestSchema>;
type Entry = Manifest['files'][number];

export interface ManifestProblem {
  /** As the manifest names it. */
  path: string;
  problem: 'missing' | 'changed' | 'unreadable' | 'outside the release';
  expected?: string | undefined;
  actual?: string | undefined;
}

export interface ManifestVerdict {
  release: string;
  /** How many files the manifest lists. */
  files: number;
  problems: ManifestProblem[];
}

async function readManifest(file: string): Promise<Manifest> {
  const refuse = (received: string) => contractError(file, 'a release manifest', received);
  const stats = await stat(file).catch((thrown) => {
    throw refuse((thrown as { code?: string }).code === 'ENOENT' ? 'no such file' : messageOf(thrown));
  });
  if (!stats.isFile()) throw refuse('no regular file');
  if (stats.size > maxManifestBytes) throw refuse('more than 16 MiB');
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (thrown) {
    throw refuse(messageOf(thrown));
  }
  const result = manifestSchema.safeParse(parsed);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'the whole'}: ${message}`,
  );
  throw refuse(`${lines.slice(0, 3).join('; ')}${lines.length > 3 ? `; and ${lines.length - 3} more` : ''}`);
}

async function sha256(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/** Where an entry really lies; `undefined` outside of the release, by its path or by a link. */
async function placeOf(root: string, entry: string): Promise<string | undefined> {
  const inside = (base: string, place: string) => place.startsWith(base.replace(/[\\/]?$/, path.sep));
  const place = path.resolve(root, entry);
  if (path.isAbsolute(entry) || !inside(root, place)) return undefined;
  const real = await realpath(place);
  return inside(root, real) ? real : undefined;
}

async function problemsOf(root: string, entry: Entry, signal: AbortSignal): Promise<ManifestProblem[]> {
  const is = (problem: ManifestProblem['problem'], expected?: string, actual?: string) => [
    { path: entry.path, problem, expected, actual },
  ];
  try {
    const place = await placeOf(root, entry.path);
    if (!place) return is('outside the release', 'a file below the manifest');
    const stats = await stat(place);
    if (!stats.isFile()) return is('unreadable', 'a regular file', 'something else');
    if (entry.bytes !== undefined && entry.bytes !== stats.size) {
      return is('changed', `${entry.bytes} bytes`, `${stats.size} bytes`);
    }
    const actual = await sha256(place, signal);
    const expected = entry.sha256.toLowerCase();
    return actual === expected ? [] : is('changed', expected, actual);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const missing = ['ENOENT', 'ENOTDIR'].includes((thrown as { code?: string }).code ?? '');
    return missing ? is('missing') : is('unreadable', undefined, messageOf(thrown));
  }
}

/**
 * Compares every file that a release manifest lists (paths relative to the manifest) with its SHA-256.
 * TARGET_CONTRACT for a manifest that is missing or malformed, HARNESS when hashing takes over `timeoutMs`.
 */
export async function verifyManifest(
  file: string,
  { timeoutMs = 60_000 }: { timeoutMs?: number } = {},
): Promise<ManifestVerdict> {
  const manifest = await readManifest(file);
  const root = await realpath(path.dirname(file));
  const signal = AbortSignal.timeout(timeoutMs);
  const problems: ManifestProblem[] = [];
  try {
    for (const entry of manifest.files) problems.push(...(await problemsOf(root, entry, signal)));
  } catch (cause) {
    const seconds = timeoutMs / 1000;
    throw new VigilError('HARNESS', `${file}: its files were not hashed within ${seconds} s`, {
      where: file,
      cause,
    });
  }
  return { release: manifest.release, files: manifest.files.length, problems };
}
