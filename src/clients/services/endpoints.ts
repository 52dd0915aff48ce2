import { below, jsonFaults, type ServiceConfig, VigilError } from '../../core/index.ts';
import { type HttpAnswer, send } from '../http/http.ts';
import { excerpt } from '../http/http-failure.ts';
import { type AskingTime, instanceLabels, instancesOf, type ServiceInstance } from './instances.ts';

/** What to do about a service that answers, and says that it is not well. */
export const unhealthyNext = 'it runs: read its log and what its health route answers, or roll back';

/** One instance of a service, and what is asked of it. */
export interface ServiceEndpoint extends ServiceInstance {
  labels: Record<string, string> & { job: string };
  metrics: { url: string; headers: Record<string, string> } | undefined;
  /** What a request below its address carries. */
  headers: Record<string, string>;
}

/** Every instance of a service now; metrics with an address of their own are those of the first, for all. */
export async function endpointsOf(
  service: ServiceConfig,
  asking: AskingTime = {},
): Promise<ServiceEndpoint[]> {
  const { path, url } = service.metrics ?? {};
  return (await instancesOf(service, asking)).map((instance, index) => {
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

function unhealthy({ url, status }: HttpAnswer, expected: string, said: string): VigilError {
  return new VigilError('TARGET_UNHEALTHY', `${url} answered ${status}${said && `: ${said}`}`, {
    where: url,
    expected,
    hint: unhealthyNext,
  });
}

/**
 * A service that says nothing of its health is up when it answers at all and does not say itself that it is broken.
 * Returns the status that it answered with, where it was asked for more than its metrics.
 * @throws TARGET_UNREACHABLE where nothing answers, TARGET_UNHEALTHY where it answers that it is not well
 */
export async function mustBeWell(endpoint: ServiceEndpoint, asking: AskingTime): Promise<number | undefined> {
  const { service, url, metrics, headers } = endpoint;
  // The scrape itself shows that it answers.
  if (service.health === undefined && metrics !== undefined) return undefined;
  const answer = await send(below(url, service.health ?? ''), { ...asking, headers });
  const limit = service.health === undefined ? 500 : 400;
  if (answer.status >= limit) throw unhealthy(answer, `a status below ${limit}`, excerpt(answer.text));
  const faults = jsonFaults(answer.text, service.healthSuccess?.json ?? {});
  if (faults.length > 0) throw unhealthy(answer, 'a healthy body', faults.join(', '));
  return answer.status;
}
