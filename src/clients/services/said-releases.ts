import { messageOf, type ServiceConfig } from '../../core/index.ts';
import { runningRelease } from '../running-release.ts';
import { endpointsOf } from './endpoints.ts';
import { instanceText } from './instances.ts';

/** What one instance says of its release, or why that can't be read. */
export type SaidRelease = { name: string; release: string } | { name: string; failure: string };

/**
 * Asks every instance of a service for its release, each so often: behind one address there may be several.
 * @throws TARGET_UNREACHABLE where its instances can't be found
 */
export async function saidReleases(service: ServiceConfig, times = 1): Promise<SaidRelease[]> {
  const endpoints = await endpointsOf(service);
  const asked = endpoints.flatMap((endpoint) => Array.from({ length: times }, () => endpoint));
  return Promise.all(
    asked.map(async (endpoint): Promise<SaidRelease> => {
      const name = instanceText(endpoint);
      try {
        return { name, release: await runningRelease(endpoint.url, service.release, endpoint.headers) };
      } catch (thrown) {
        return { name, failure: messageOf(thrown) };
      }
    }),
  );
}
