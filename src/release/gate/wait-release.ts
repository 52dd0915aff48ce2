import { setTimeout as sleep } from 'node:timers/promises';
import { differenceFrom, saidReleases } from '../../clients/index.ts';
import { messageOf, type ServiceConfig } from '../../core/index.ts';
import type { WaitOptions } from './wait.ts';

/** How the instances of services differ from a release now; a service that can't be asked differs. */
async function differenceNow(
  services: readonly ServiceConfig[],
  release: string,
): Promise<string | undefined> {
  const asked = services.map(async (service) =>
    saidReleases(service).catch((thrown) => [{ name: service.name, failure: messageOf(thrown) }]),
  );
  return differenceFrom(release, (await Promise.all(asked)).flat());
}

/** Waits until every instance of the services says this release; how they still differ when the time is over. */
export async function waitForRelease(
  services: readonly ServiceConfig[],
  release: string,
  { untilMs, everyMs, onOpen, signal }: WaitOptions,
): Promise<string | undefined> {
  let said: string | undefined;
  for (;;) {
    const difference = await differenceNow(services, release);
    const leftMs = untilMs - Date.now();
    if (difference === undefined || leftMs <= 0 || signal?.aborted) return difference;
    if (difference !== said) onOpen(`waits for ${release} on every instance: ${difference}`);
    said = difference;
    await sleep(Math.min(everyMs, leftMs), undefined, { signal }).catch(() => undefined);
  }
}
