import { type CheckDefinition, type Group, groups } from './check-definition.ts';

/** A part of the suite, as Vitest's `--shard=index/count` names it; `index` begins at 1. */
export interface Shard {
  index: number;
  count: number;
}

/** The shard as Vitest writes it. */
export const shardText = ({ index, count }: Shard): string => `${index}/${count}`;

/** What `--shard` in the arguments for Vitest says, well or badly formed; `undefined` without it. */
function shardArgument(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((part) => part === '--shard' || part.startsWith('--shard='));
  if (at < 0) return undefined;
  return args[at]?.startsWith('--shard=') ? args[at].slice('--shard='.length) : (args[at + 1] ?? '');
}

/**
 * The shard that arguments for Vitest ask for; `undefined` without one. RangeError when it is none of this suite's:
 * a group of checks is never split, so more shards than groups would leave some of them empty.
 */
export function shardOf(args: readonly string[]): Shard | undefined {
  const text = shardArgument(args);
  if (text === undefined) return undefined;
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= groups.length) return { index, count };
  throw new RangeError(
    `expected --shard=INDEX/COUNT with 1 ≤ INDEX ≤ COUNT ≤ ${groups.length}, as a shard is made of whole groups of checks`,
  );
}

/** The groups of a shard. Each group is in exactly one of `count` shards, whatever machine asks. */
export function groupsOfShard({ index, count }: Shard): Group[] {
  return groups.filter((_, position) => position % count === index - 1);
}

/** The checks that a shard must run, in the order of the catalogue; all of them without a shard. */
export function checksOfShard<T extends Pick<CheckDefinition, 'group'>>(
  catalogue: readonly T[],
  shard: Shard | undefined,
): readonly T[] {
  if (!shard) return catalogue;
  const own: readonly string[] = groupsOfShard(shard);
  return catalogue.filter(({ group }) => own.includes(group));
}
