import { below, jsonFaults, type ServiceConfig } from '../../core/index.ts';
import { type SendOptions, send } from '../http/http.ts';
import { instanceLabels, instancesOf, type ServiceInstance } from './instances.ts';

/** One instance of a service, and what is asked of it. */
export interface ServiceEndpoint extends ServiceInstance {
  labels: Record<string, string> & { job: string };
  metrics: { url: string; headers: Record<string, string> } | undefined;
  /** What a request below its address carries. */
  headers: Record<string, string>;
}

/** Every instance of a service now; metrics with an address of their own are those of the first, for all. */
export async function endpointsOf(service: ServiceConfig): Promise<ServiceEndpoint[]> {
  const { path, url } = service.metrics ?? {};
  return (await instancesOf(service)).map((instance, index) => {
    const headers: Record<string, string> = instance.host === undefined ? {} : { host: instance.host };
    const elsewhere = url !== undefined && index === 0 ? { url, headers: {} } : undefined;
    return {
      ...instance,
      labels: { ...instanceLabels(instance), job: service.job },
      metrics: path === undefined ? elsewhere : { url: below(instance.url, path), headers },
      headers,
    };
  });
}

/**
 * A service that says nothing of its health is up when it answers at all and does not say itself that it is broken.
 * Returns the status that it answered with, where it was asked for more than its metrics.
 */
export async function mustBeWell(
  endpoint: ServiceEndpoint,
  asking: Pick<SendOptions, 'timeoutMs' | 'signal'>,
): Promise<number | undefined> {
  const { service, url, metrics, headers } = endpoint;
  // The scrape itself shows that it answers.
  if (service.health === undefined && metrics !== undefined) return undefined;
  const answer = await send(below(url, service.health ?? ''), { ...asking, headers });
  const limit = service.health === undefined ? 500 : 400;
  if (answer.status >= limit) throw new Error(`${answer.url} answered ${answer.status}`);
  const faults = jsonFaults(answer.text, service.healthSuccess?.json ?? {});
  if (faults.length > 0) throw new Error(`${answer.url} answered ${answer.status}: ${faults.join(', ')}`);
  return answer.status;
}
