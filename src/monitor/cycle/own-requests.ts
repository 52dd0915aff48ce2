import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { sliSeries } from '../../alerts/index.ts';
import type { Exposition, Family } from '../../clients/index.ts';
import { type ServiceConfig, type TrafficMetrics, watchesGenesis } from '../../core/index.ts';
import { familiesOf } from '../metrics/cycle-metrics.ts';

/** Where undici, and with it `fetch`, tells of each answer whose head has come. */
const channel = 'undici:request:headers';

interface Answered {
  request: { origin?: string | URL | undefined; path: string };
  response: { statusCode: number };
}

/** What Vigil itself asked the services, so that it is not taken for their users'. */
export interface OwnRequests {
  /** Says that a service counts by path: then its scrapes are told by theirs, and not counted here. */
  tellsPaths(service: string, does: boolean): void;
  /** What of a service's own count is Vigil's, since this was asked last. */
  takeCounts(service: string): OwnCounts | undefined;
  families(): Family[];
  close(): void;
}

export interface OwnCounts {
  operations: number;
  errors: number;
}

/** Whether the operations are counted by path, as a label says it. */
export const countsPaths = ({ families }: Exposition, { operations }: TrafficMetrics): boolean =>
  families.some(({ samples }) =>
    samples.some(
      ({ name, labels }) =>
        name === operations.metric && Object.values(labels).some((value) => value.startsWith('/')),
    ),
  );

/** The paths by which a scrape and a question for the health of a service are known. */
export function askedPaths({ url, metrics, health }: ServiceConfig): string[] {
  const base = URL.parse(url)?.pathname.replace(/\/+$/, '') ?? '';
  const below = [metrics?.path, health].filter((path) => path !== undefined);
  return [...new Set(below.flatMap((path) => [path, `${base}${path}`]))];
}

const isBelow = (address: string, base: string): boolean =>
  address === base || address.startsWith(`${base}/`) || address.startsWith(`${base}?`);

/**
 * Counts, from now on, what this process asks of services and what it was answered; not of Genesis, which counts operations
 * and not requests.
 */
export function countOwnRequests(services: readonly ServiceConfig[]): OwnRequests {
  const others = services.filter((service) => !watchesGenesis({ services: [service] }));
  const counted = others.map((service) => ({
    name: service.name,
    bases: [service.url, ...(Array.isArray(service.instances) ? service.instances : [])],
    paths: new Set(askedPaths(service)),
    tellsPaths: false,
    counts: { ok: 0, error: 0, asked: 0 },
    taken: { ok: 0, error: 0, asked: 0 },
  }));
  const onAnswer = (message: unknown) => {
    const { request, response } = message as Answered;
    const address = `${request.origin ?? ''}${request.path}`.replace(/\/(?=$|\?)/, '');
    const service = counted.find(({ bases }) => bases.some((base) => isBelow(address, base)));
    if (!service) return;
    const isAsked = service.paths.has(request.path.split('?', 1)[0] ?? '');
    if (isAsked) service.counts.asked += 1;
    else service.counts[response.statusCode >= 500 ? 'error' : 'ok'] += 1;
  };
  subscribe(channel, onAnswer);
  return {
    tellsPaths(name, does) {
      const service = counted.find((one) => one.name === name);
      if (service) service.tellsPaths = does;
    },
    takeCounts(name) {
      const service = counted.find((one) => one.name === name);
      if (!service) return undefined;
      const { counts, taken, tellsPaths } = service;
      const [ok, error] = [counts.ok - taken.ok, counts.error - taken.error];
      const asked = tellsPaths ? 0 : counts.asked - taken.asked;
      service.taken = { ...counts };
      return { operations: ok + error + asked, errors: error };
    },
    families: () =>
      familiesOf([
        [
          sliSeries.own,
          'Requests that this watch itself sent to a service.',
          counted.flatMap(({ name, counts, tellsPaths }) => [
            [{ service: name, outcome: 'ok' }, counts.ok] as const,
            [{ service: name, outcome: 'error' }, counts.error] as const,
            // Scrapes: of no account once a service is seen to count by path.
            [{ service: name, outcome: 'scrape' }, tellsPaths ? undefined : counts.asked] as const,
          ]),
        ],
      ]),
    close: () => void unsubscribe(channel, onAnswer),
  };
}
