import { badReleases } from './bad.ts';
import { earlierReleases } from './earlier.ts';
import { healthyReleases } from './healthy.ts';
import { outsideReleases } from './outside.ts';
import type { Release } from './release.ts';

/** Every release that can be tried; the earlier ones only where they are named. */
export const releases: readonly Release[] = [
  ...healthyReleases,
  ...badReleases,
  ...outsideReleases,
  ...earlierReleases,
];
