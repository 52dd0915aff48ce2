import type { Releases } from './read-releases.ts';

/** A service whose instances run several releases. */
export interface MixedReleases {
  service: string;
  /** How many instances said each. */
  instances: Readonly<Record<string, number>>;
  /** `3 of 5 instances on v2, 2 on v1`. */
  text: string;
}

/**
 * How many instances run which release, that which is meant first, then the most: `3 of 5 instances on v2`, `2 on v1`.
 * `undefined` where nobody knows how many there are: behind an address each id is known once.
 */
export function instanceCounts(
  instances: Readonly<Record<string, number>>,
  meant: string | undefined,
): string[] | undefined {
  const counts = Object.entries(instances).sort(
    ([a, some], [b, others]) => Number(b === meant) - Number(a === meant) || others - some,
  );
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  const [first, ...others] = counts;
  if (!first || others.length === 0 || all === counts.length) return undefined;
  return [
    `${first[1]} of ${all} instances on ${first[0]}`,
    ...others.map(([release, count]) => `${count} on ${release}`),
  ];
}

/** The services whose instances run several releases; `meant` is the one that is deployed, where that is known. */
export function mixedReleases(releases: Releases, meant?: string): MixedReleases[] {
  return Object.entries(releases).flatMap(([service, ids]) => {
    const all = ids ?? [];
    const instances = Object.fromEntries(
      [...Map.groupBy(all, (id) => id)].map(([release, same]) => [release, same.length]),
    );
    const known = Object.keys(instances);
    if (known.length < 2) return [];
    const counted = instanceCounts(instances, meant);
    return [{ service, instances, text: counted ? counted.join(', ') : known.join(' and ') }];
  });
}

/** The same in words, each service by its name where there are several. */
export const mixedReleasesText = (mixed: readonly MixedReleases[]): string =>
  mixed.map(({ service, text }) => `${service}: ${text}`).join('; ');
