import path from 'node:path';
import type { Certificates } from './certificates.ts';
import { openShop } from './two-releases.ts';

/** How long the instances that start at once may take where a second lasts a second: service_down waits for 2.4 s. */
const startsWithinMs = 2000;

/**
 * How long a second of the trial must last on this machine, in seconds, for so many releases at a time: times are compressed
 * so far that on a slow machine instances would start later than a service may be down.
 */
export async function paceOfMachine(
  folder: string,
  releasesAtOnce: number,
  certificates: Certificates,
): Promise<number> {
  // The first start of all compiles; those of the trial no longer do.
  await (await openShop(path.join(folder, 'first'), { certificates, pace: 1 })).stop();
  const began = performance.now();
  // A release starts two instances in each of two shops, and a shop that is opened all four of its own.
  const names = Array.from({ length: releasesAtOnce }, (_, index) => `shop-${index}`);
  const shops = await Promise.all(
    names.map((name) => openShop(path.join(folder, name), { certificates, pace: 1 })),
  );
  const tookMs = performance.now() - began;
  await Promise.all(shops.map((shop) => shop.stop()));
  return Math.max(1, Math.ceil((10 * tookMs) / startsWithinMs) / 10);
}
