import { lookup } from 'node:dns/promises';
import {
  afterRunning,
  formatValue,
  instanceName,
  messageOf,
  type ServiceConfig,
  shownUrl,
  VigilError,
} from '../../core/index.ts';
import type { SendOptions } from '../http/http.ts';

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

/** What a resolver was asked and has not answered. */
const pending = new Map<string, Promise<readonly string[]>>();

/** Each name once at a time: of one that hangs every further question would take another of Node's few threads. */
const resolveName: Resolve = (hostname) => {
  const asked = pending.get(hostname) ?? lookUp(hostname).finally(() => pending.delete(hostname));
  pending.set(hostname, asked);
  return asked;
};

async function lookUp(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, order: 'verbatim' });
  return [...new Set(found.map(({ address }) => address))].sort();
}

function at(url: string, address: string): string {
  const one = new URL(url);
  one.hostname = address.includes(':') ? `[${address}]` : address;
  return one.href.replace(/\/+$/, '');
}

/** How long an answer is waited for, and until when anybody waits. */
export type AskingTime = Pick<SendOptions, 'timeoutMs' | 'signal'>;

/** What a resolver answers, unless it takes too long or nobody waits any more; the lookup itself can't be called off. */
async function inTime<Result>(
  asked: Promise<Result>,
  { timeoutMs = 5000, signal }: AskingTime,
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const limit = formatValue(timeoutMs / 1000, 'seconds');
  const endLimit = afterRunning(timeoutMs, () => late.reject(new Error(`DNS: no answer within ${limit}`)));
  const abandon = () => late.reject(new Error('DNS: given up before an answer came'));
  signal?.addEventListener('abort', abandon, { once: true });
  if (signal?.aborted) abandon();
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    endLimit();
    signal?.removeEventListener('abort', abandon);
  }
}

/** The instances of a service now. @throws TARGET_UNREACHABLE where its name has no address, or none within the time */
export async function instancesOf(
  service: ServiceConfig,
  asking: AskingTime = {},
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
    addresses = await inTime(resolve(hostname.replace(/^\[|\]$/g, '')), asking);
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
