import { lookup } from 'node:dns/promises';
import { instanceName, messageOf, type ServiceConfig, shownUrl, VigilError } from '../../core/index.ts';

/** One process of a service, as it is asked. */
export interface ServiceInstance {
  service: ServiceConfig;
  /** Below it lie the paths of the service. */
  url: string;
  /** The label `instance`; none where the service is one address. */
  instance: string | undefined;
  /** The name that the service goes by, where the URL is that of one of its addresses. */
  host: string | undefined;
}

/** How a person reads which process of which service is meant. */
export const instanceText = ({ service, instance }: Pick<ServiceInstance, 'service' | 'instance'>): string =>
  instance === undefined ? service.name : `${service.name} at ${instance}`;

/** The labels that tell the series of this instance from all others. */
export function instanceLabels({ service, instance }: ServiceInstance): Record<string, string> {
  const labels: Record<string, string> = { job: service.job, service: service.name };
  if (instance !== undefined) labels.instance = instance;
  return labels;
}

/** Every address that a name has, in an order that stays. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const resolveName: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true, order: 'verbatim' });
  return [...new Set(found.map(({ address }) => address))].sort();
};

function at(url: string, address: string): string {
  const one = new URL(url);
  one.hostname = address.includes(':') ? `[${address}]` : address;
  return one.href.replace(/\/+$/, '');
}

/** The instances of a service now. @throws TARGET_UNREACHABLE where its name has no address */
export async function instancesOf(
  service: ServiceConfig,
  resolve: Resolve = resolveName,
): Promise<ServiceInstance[]> {
  const { url, instances } = service;
  if (instances === undefined) return [{ service, url, instance: undefined, host: undefined }];
  if (instances !== 'dns') {
    return instances.map((one) => ({ service, url: one, instance: instanceName(one), host: undefined }));
  }
  const { hostname, host } = new URL(url);
  let addresses: readonly string[];
  try {
    addresses = await resolve(hostname.replace(/^\[|\]$/g, ''));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    const what = code === 'ENOTFOUND' ? 'DNS: no such host' : messageOf(thrown);
    throw new VigilError('TARGET_UNREACHABLE', `${shownUrl(url)}: ${what}`, { where: shownUrl(url) });
  }
  return addresses.map((address) => {
    const one = at(url, address);
    return { service, url: one, instance: instanceName(one), host };
  });
}
