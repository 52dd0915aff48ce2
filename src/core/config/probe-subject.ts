import type { CheckSubject } from '../catalogue/check-definition.ts';
import { below } from '../text/below.ts';
import { shownUrl } from '../text/shown-url.ts';
import { addressOfProbe, type ProbeConfig } from './probes.ts';
import type { ServiceConfig } from './service-list.ts';

/** What an instance is called: `10.0.0.1:8080`, with the path where the service has one. */
export const instanceName = (url: string): string => shownUrl(url).replace(/^https?:\/\//, '');

type Known = Pick<ServiceConfig, 'name' | 'url' | 'instances'>;

/** Every address of the services with the subject that it is; of one address the instance comes first. */
function addressesOf(services: readonly Known[]) {
  const all = services.flatMap(({ name, url, instances }) => [
    ...(instances === 'dns' ? [] : (instances ?? [])).map((one) => ({
      url: one,
      subject: { service: name, instance: instanceName(one) },
    })),
    { url, subject: { service: name } },
  ]);
  return all.flatMap(({ url, subject }) => {
    const address = URL.parse(url);
    return address ? [{ address, subject }] : [];
  });
}

const withoutSlash = ({ href }: URL): string => href.replace(/\/+$/, '');

const isBelow = (url: URL, base: URL): boolean =>
  `${withoutSlash(url)}/`.replace('?', '/').startsWith(`${withoutSlash(base)}/`);

const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80));

/** Whether a probe that connects asks what lies at an address; `undefined` for what asks no address of its own. */
function asksAt(probe: ProbeConfig, own: Known | undefined): ((address: URL) => boolean) | undefined {
  switch (probe.type) {
    case 'http': {
      const asked = addressOfProbe(probe);
      const url = URL.parse(asked.startsWith('/') ? below(own?.url ?? '', asked) : asked);
      return url ? (address) => isBelow(url, address) : undefined;
    }
    case 'tcp':
    case 'tls': {
      const { host, port = 443 } = probe;
      return (address) => address.hostname.replace(/^\[|\]$/g, '') === host && portOf(address) === port;
    }
    default:
      return undefined;
  }
}

/**
 * Of which service a probe tells, and of which instance where it asks one: what it names, else whose address it asks. A path
 * without a service is one of the first.
 */
export function subjectOfProbe(probe: ProbeConfig, services: readonly Known[]): CheckSubject {
  const isPath = probe.type === 'http' && addressOfProbe(probe).startsWith('/');
  const service = probe.service ?? (isPath ? services[0]?.name : undefined);
  const possible = service === undefined ? services : services.filter(({ name }) => name === service);
  const isAsked = asksAt(probe, possible[0]);
  const found = isAsked ? addressesOf(possible).filter(({ address }) => isAsked(address)) : [];
  // Of a request the longest base path is whose it is; a connection to a port that several share is nobody's.
  const [nearest] = found.toSorted((a, b) => b.address.href.length - a.address.href.length);
  const isShared = probe.type !== 'http' && new Set(found.map((one) => one.subject.service)).size > 1;
  return nearest && !isShared ? nearest.subject : { service };
}
