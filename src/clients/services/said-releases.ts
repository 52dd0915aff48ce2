import { messageOf, type ServiceConfig } from '../../core/index.ts';
import { runningRelease } from '../running-release.ts';
import { endpointsOf } from './endpoints.ts';
import { instanceText } from './instances.ts';

/** What one instance says of its release, or why that can't be read. */
export type SaidRelease = {
  name: string;
  /** The label `instance`; none where the service is one address. */
  instance?: string | undefined;
} & ({ release: string } | { failure: string });

/**
 * Asks every instance of a service for its release, each so often: behind one address there may be several.
 * @throws TARGET_UNREACHABLE where its instances can't be found
 */
export async function saidReleases(
  service: ServiceConfig,
  times = 1,
  signal?: AbortSignal,
): Promise<SaidRelease[]> {
  const endpoints = await endpointsOf(service, { timeoutMs: 3000, signal });
  const asked = endpoints.flatMap((endpoint) => Array.from({ length: times }, () => endpoint));
  return Promise.all(
    asked.map(async (endpoint): Promise<SaidRelease> => {
      const named = { name: instanceText(endpoint), instance: endpoint.instance };
      try {
        const release = await runningRelease(endpoint.url, service.release, endpoint.headers, signal);
        return { ...named, release };
      } catch (thrown) {
        return { ...named, failure: messageOf(thrown) };
      }
    }),
  );
}

/** How the instances of services differ from the release that they must run; nothing where all of them do. */
export function differenceFrom(expected: string, said: readonly SaidRelease[]): string | undefined {
  const others = said.filter((one) => !('release' in one) || one.release !== expected);
  if (others.length === 0) return undefined;
  const count = said.length - others.length;
  const known = new Set(said.flatMap((one) => ('release' in one ? [one.release] : [])));
  const state = known.size > 1 ? 'mixed releases: ' : 'another release than expected: ';
  const named = others.map((one) =>
    'release' in one ? `${one.name} runs ${one.release}` : `${one.name} names none (${one.failure})`,
  );
  const of = `${count} of ${said.length} ${said.length === 1 ? 'instance' : 'instances'} on ${expected}`;
  return `${state}${of}; ${named.join(', ')}`;
}
