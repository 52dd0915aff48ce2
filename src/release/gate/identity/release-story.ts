import type { Releases } from '../../../suite/index.ts';

/** What the services said of their releases for some time; `releases` is missing where nobody asked them. */
export interface SaidReleases {
  fromMs: number;
  toMs: number;
  releases: Releases | undefined;
  /** In how many cycles; one where that is not told. */
  cycles?: number;
}

/** A release id that nobody recorded, in place of another. */
export interface UnrecordedChange {
  /** The first cycle that saw it. */
  atMs: number;
  was: string;
  now: string;
}

/** Which releases the services said that they are, since the deployment. */
export interface ReleaseStory {
  /** Every id that was said in the newest cycle which saw any; none where no service says one. */
  seen: readonly string[];
  /** How many instances said each of them, as far as the instances of services are known. */
  instances?: Readonly<Record<string, number>>;
  /** The release in force: the recorded one, or the last that came unrecorded. */
  inForce: string;
  /** The last change to a third release: the soak begins anew there. */
  anew: UnrecordedChange | undefined;
  /** The ids that were said with all of the traffic on the release, where there were several or others than that in force. */
  mix: { ids: readonly string[]; lastMs: number } | undefined;
  /** Since when no service says one, where one was said before. */
  silentSinceMs: number | undefined;
  /** When the release in force was last said since the deployment; `undefined` where it never was. */
  lastSeenMs: number | undefined;
  /** Whether a stage is taken and no instance says the release in force: it never ran, or was taken away. */
  isMissing: boolean;
}

export interface StoryQuestion {
  /** The recorded release, and the one that was recorded before it. */
  deployed: string;
  previous: string | undefined;
  /** The services whose instances are known: every cycle asks each of them. */
  listed: readonly string[];
  /** When the first stage was taken, and its share of the traffic in percent; `undefined` before. */
  firstStage: { sinceMs: number; percent: number } | undefined;
  /** Since when all of the traffic is on it; `undefined` before. */
  wholeSinceMs: number | undefined;
  /** How long a mix keeps its say. */
  recoveryMs: number;
  atMs: number;
}

const idsOf = ({ releases = {} }: SaidReleases): string[] => [...countsOf({ releases }).keys()];

/** Each id with how many instances said it. */
function countsOf({ releases = {} }: Pick<SaidReleases, 'releases'>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of Object.values(releases).flatMap((ids) => ids ?? []))
    counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** The release that was there before: as it said last before the deployment, else as it was recorded. */
function previousOf(before: readonly SaidReleases[], { deployed, previous }: StoryQuestion): string[] {
  const said = before
    .toReversed()
    .map((stretch) => idsOf(stretch).filter((id) => id !== deployed))
    .find((ids) => ids.length > 0);
  return said ?? (previous === undefined ? [] : [previous]);
}

/** Services that had another id from the start on, while others say the deployed one, are versioned on their own. */
function ownIds(stretches: readonly SaidReleases[], deployed: string): string[] {
  const first = new Map<string, readonly string[]>();
  const isDeployed = new Set<string>();
  for (const { releases = {} } of stretches) {
    for (const [service, ids] of Object.entries(releases)) {
      if (ids && !first.has(service)) first.set(service, ids);
      if (ids?.includes(deployed)) isDeployed.add(service);
    }
  }
  const own = [...first].filter(([service]) => isDeployed.size > 0 && !isDeployed.has(service));
  return own.flatMap(([, ids]) => ids);
}

/** Which ids each service said in these stretches. */
function byService(stretches: readonly SaidReleases[]): Map<string, Set<string>> {
  const said = new Map<string, Set<string>>();
  for (const { releases = {} } of stretches) {
    for (const [service, ids] of Object.entries(releases))
      if (ids) said.set(service, new Set([...(said.get(service) ?? []), ...ids]));
  }
  return said;
}

/**
 * Several releases at once, or another than that in force, with all of the traffic on it. A service that is versioned on
 * its own, which had another id before the deployment than those that changed by it, keeps its own.
 */
function mixOf(
  stretches: readonly SaidReleases[],
  before: readonly SaidReleases[],
  inForce: string,
  { wholeSinceMs, recoveryMs, atMs }: StoryQuestion,
): ReleaseStory['mix'] {
  if (wholeSinceMs === undefined) return undefined;
  const recent = stretches.filter(({ toMs }) => toMs >= Math.max(wholeSinceMs, atMs - recoveryMs));
  const now = byService(recent);
  const last = byService(before.filter((stretch) => idsOf(stretch).length > 0).slice(-1));
  const changed = [...now].filter(([, ids]) => ids.has(inForce)).map(([service]) => service);
  const isOwn = (service: string, ids: ReadonlySet<string>): boolean => {
    const [id = ''] = ids;
    const isAlone = changed.every((other) => last.get(other) && !last.get(other)?.has(id));
    return ids.size === 1 && changed.length > 0 && last.get(service)?.has(id) === true && isAlone;
  };
  const others = [...now].filter(([service, ids]) => !isOwn(service, ids)).flatMap(([, ids]) => [...ids]);
  const ids = [...new Set(others)].sort();
  if (ids.length === 0 || (ids.length === 1 && ids[0] === inForce)) return undefined;
  const wrong = recent.filter((stretch) => idsOf(stretch).some((id) => id !== inForce && ids.includes(id)));
  return { ids, lastMs: Math.max(...wrong.map(({ toMs }) => toMs)) };
}

/**
 * The last change that nobody recorded. The release that was there before is expected as long as not all of the traffic
 * is on the new one; while two others answer, each of their cycles is a change.
 */
function lastChange(stretches: readonly SaidReleases[], deployed: string, expected: readonly string[]) {
  let inForce = deployed;
  let anew: UnrecordedChange | undefined;
  for (const stretch of stretches) {
    const ids = idsOf(stretch).filter((id) => !expected.includes(id));
    for (const id of ids) {
      if (id === inForce) continue;
      anew = { atMs: ids.length > 1 ? stretch.toMs : stretch.fromMs, was: inForce, now: id };
      inForce = id;
    }
  }
  return { inForce, anew };
}

/** How sure it must be that a release is gone where it is met by chance. */
const missedByChance = 0.01;

/** How many cycles without a release show that it is gone, where each meets it with this chance. */
const cyclesToMiss = (percent: number): number =>
  percent >= 100 ? 1 : Math.ceil(Math.log(missedByChance) / Math.log(1 - percent / 100));

/**
 * When the release in force was last said, and whether it is missing since the first stage: no cycle saw it ever; the newest
 * one did not, where every instance is asked; or so many did not that one of them would have met it behind its address.
 */
function sightingsOf(
  known: readonly SaidReleases[],
  inForce: string,
  { firstStage, listed }: StoryQuestion,
): Pick<ReleaseStory, 'lastSeenMs' | 'isMissing'> {
  const said = known.filter((stretch) => idsOf(stretch).length > 0);
  const lastAt = said.findLastIndex((stretch) => idsOf(stretch).includes(inForce));
  const lastSeenMs = said[lastAt]?.toMs;
  const without = said.slice(lastAt + 1).filter(({ toMs }) => firstStage && toMs >= firstStage.sinceMs);
  if (!firstStage || without.length === 0) return { lastSeenMs, isMissing: false };
  const saidBy = [...byService(said)].filter(([, ids]) => ids.has(inForce)).map(([service]) => service);
  const isAsked = saidBy.every((service) => listed.includes(service));
  const cycles = without.reduce((sum, one) => sum + (one.cycles ?? 1), 0);
  return { lastSeenMs, isMissing: isAsked || cycles >= cyclesToMiss(firstStage.percent) };
}

/** What became of the release since it was deployed. */
export function releaseStory(
  stretches: readonly SaidReleases[],
  before: readonly SaidReleases[],
  question: StoryQuestion,
): ReleaseStory {
  const { deployed } = question;
  const expected = [...previousOf(before, question), ...ownIds(stretches, deployed)];
  const { inForce, anew } = lastChange(stretches, deployed, expected);
  const known = stretches.filter(({ releases }) => releases !== undefined);
  const lastSaid = known.findLastIndex((stretch) => idsOf(stretch).length > 0);
  const instances = countsOf({ releases: known[lastSaid]?.releases });
  return {
    seen: [...instances.keys()].sort(),
    instances: Object.fromEntries(instances),
    inForce,
    anew,
    mix: mixOf(stretches, before, inForce, question),
    silentSinceMs: lastSaid < 0 ? undefined : known[lastSaid + 1]?.fromMs,
    ...sightingsOf(known, inForce, question),
  };
}
