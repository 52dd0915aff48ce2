import { createHash } from 'node:crypto';
import { quotedRegex } from '../text/quoted-regex.ts';

/** A part of a suite, as `index/count`; `index` begins at 1. */
export interface Shard {
  index: number;
  count: number;
}

/** What says which part of a suite runs. */
interface Sharded {
  shard?: string | undefined;
  args: readonly string[];
}

/** The shard as it is written. */
export const shardText = ({ index, count }: Shard): string => `${index}/${count}`;

const isShardArgument = (part: string): boolean => part === '--shard' || part.startsWith('--shard=');

/** What `--shard` in the arguments for Vitest says, well or badly formed; `undefined` without it. */
function shardArgument(args: readonly string[]): string | undefined {
  const at = args.findLastIndex(isShardArgument);
  if (at < 0) return undefined;
  return args[at]?.startsWith('--shard=') ? args[at].slice('--shard='.length) : (args[at + 1] ?? '');
}

/** The arguments without `--shard`: Vitest would split by files, of which nobody knows the checks. */
export const withoutShard = (args: readonly string[]): string[] =>
  args.filter((part, at) => !isShardArgument(part) && args[at - 1] !== '--shard');

const mostShards = 100;

/** The shard that a suite is asked for; `undefined` without one. RangeError when it is none. */
export function shardOf({ shard, args }: Sharded): Shard | undefined {
  const text = shard ?? shardArgument(args);
  if (text === undefined) return undefined;
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= mostShards) return { index, count };
  throw new RangeError(`expected a shard INDEX/COUNT with 1 ≤ INDEX ≤ COUNT ≤ ${mostShards}`);
}

const hashOf = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE(0);

/**
 * The ids of each shard: by a hash of the id alone, so that whatever machine asks finds the same and another check that
 * comes or goes moves none. Where that leaves a shard empty, it gets one of those of which there are most.
 */
function splitIds(ids: readonly string[], count: number): Set<string>[] {
  const ordered = [...new Set(ids)].sort((a, b) => hashOf(a) - hashOf(b) || (a < b ? -1 : 1));
  const shards = Array.from({ length: count }, (): string[] => []);
  for (const id of ordered) shards[hashOf(id) % count]?.push(id);
  for (const empty of shards.filter(({ length }) => length === 0)) {
    const fullest = shards.reduce((most, each) => (each.length > most.length ? each : most));
    const id = fullest.length > 1 ? fullest.pop() : undefined;
    if (id !== undefined) empty.push(id);
  }
  return shards.map((shard) => new Set(shard));
}

/** The checks that a shard must run, in the order of the catalogue; all of them without a shard. */
export function checksOfShard<T extends { id: string }>(
  catalogue: readonly T[],
  shard: Shard | undefined,
): T[] {
  if (!shard) return [...catalogue];
  const owed = splitIds(
    catalogue.map(({ id }) => id),
    shard.count,
  )[shard.index - 1];
  return catalogue.filter(({ id }) => owed?.has(id));
}

/**
 * What Vitest's `--testNamePattern` chooses these checks by: by the name of the test itself, because what stands before it
 * is joined by " > " in one version and by a space in another.
 */
export function patternOfTitles(titles: readonly string[]): string {
  const names = titles.map((title) => title.split(' > ').at(-1) ?? title);
  return `(?:^| )(?:${names.map(quotedRegex).join('|')})$`;
}
