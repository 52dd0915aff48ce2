import { z } from 'zod';
import { saidReleases } from '../../clients/index.ts';
import { oneLine, type ServiceConfig, shortened } from '../../core/index.ts';
import type { Criteria } from './criteria.ts';

/** The release ids that each service said; `null` where it says none that can be read. */
export const releasesShape = z.record(z.string(), z.array(z.string()).nullable());
export type Releases = z.output<typeof releasesShape>;

/** Whose evidence a cycle is, beside the address of what was watched. */
export interface CycleIdentity {
  /** Of the deployment. */
  name: string;
  releases: Releases;
  criteria: Criteria;
}

/** How often an address is asked: behind it there may be several instances, of different releases. */
const asks = 3;
const mostCharacters = 200;

async function releasesOf(service: ServiceConfig, redact: (text: string) => string) {
  // Instances that are known are asked once each.
  const asked = await saidReleases(service, service.instances === undefined ? asks : 1).catch(() => []);
  // What is down says none, and neither do most services.
  const said = asked.flatMap((one) =>
    'release' in one ? [shortened(oneLine(redact(one.release)), mostCharacters)] : [],
  );
  return said.length > 0 ? [...new Set(said)].sort() : null;
}

/** Asks each service of a target which release it is. Never throws. */
export async function readReleases(
  services: readonly ServiceConfig[],
  redact: (text: string) => string,
): Promise<Releases> {
  const said = services.map(async (one) => [one.name, await releasesOf(one, redact)] as const);
  return Object.fromEntries(await Promise.all(said));
}
