import { z } from 'zod';
import { type SaidRelease, saidReleases } from '../../clients/index.ts';
import { messageOf, oneLine, type ServiceConfig, shortened } from '../../core/index.ts';
import type { Criteria } from './criteria.ts';

/** The release id that each instance of a service said, where its instances are known; else each id once. `null` where none can be read. */
export const releasesShape = z.record(z.string(), z.array(z.string()).nullable());
export type Releases = z.output<typeof releasesShape>;

/** Whose evidence a cycle is, beside the address of what was watched. */
export interface CycleIdentity {
  /** Of the deployment. */
  name: string;
  releases: Releases;
  criteria: Criteria;
}

/** What was answered to the question which release it is, by the name of the service. */
export type ReleaseAnswers = ReadonlyMap<string, readonly SaidRelease[]>;

/** How often an address is asked: behind it there may be several instances, of different releases. */
const asks = 3;
const mostCharacters = 200;

async function answersOf(
  service: ServiceConfig,
  signal: AbortSignal | undefined,
): Promise<readonly SaidRelease[]> {
  try {
    if (service.instances !== undefined) return await saidReleases(service, 1, signal);
    const answers = await saidReleases(service, asks, signal);
    // What one instance says again is said once.
    return [...new Map(answers.map((one) => [JSON.stringify(one), one])).values()];
  } catch (thrown) {
    return [{ name: service.name, failure: messageOf(thrown) }];
  }
}

/** Asks every instance of each service of a target which release it is, until the signal comes. Never throws. */
export async function askReleases(
  services: readonly ServiceConfig[],
  signal?: AbortSignal,
): Promise<ReleaseAnswers> {
  const answers = services.map(async (one) => [one.name, await answersOf(one, signal)] as const);
  return new Map(await Promise.all(answers));
}

/** Which release an instance of a service said. */
export interface SaidByInstance {
  service: string;
  /** As the label `instance` says it. */
  instance: string;
  release: string;
}

const cleanId = (release: string, redact: (text: string) => string): string =>
  shortened(oneLine(redact(release)), mostCharacters);

/** The id that each instance said, where a service has several addresses. */
export const saidByInstances = (
  answers: ReleaseAnswers,
  redact: (text: string) => string,
): SaidByInstance[] =>
  [...answers].flatMap(([service, all]) =>
    all.flatMap((one) =>
      'release' in one && one.instance !== undefined
        ? [{ service, instance: one.instance, release: cleanId(one.release, redact) }]
        : [],
    ),
  );

/** The ids in these answers: what is down says none, and neither do most services. */
export function releaseIdsIn(answers: ReleaseAnswers, redact: (text: string) => string): Releases {
  return Object.fromEntries(
    [...answers].map(([service, all]) => {
      const said = all.flatMap((one) => ('release' in one ? [cleanId(one.release, redact)] : []));
      return [service, said.length > 0 ? said.sort() : null];
    }),
  );
}
