import { type Exposition, readExposition, type ServiceEndpoint, send } from '../../clients/index.ts';
import { VigilError } from '../../core/index.ts';

/** The metrics of an instance, asked once however many looks are taken at them. */
export type ReadMetrics = (endpoint: ServiceEndpoint) => Promise<Exposition | undefined>;

export const timeoutMs = 5000;

async function fetched({ metrics, service }: ServiceEndpoint): Promise<Exposition | undefined> {
  if (!metrics) return undefined;
  const answer = await send(metrics.url, { timeoutMs, headers: metrics.headers });
  if (answer.status !== 200) {
    throw new VigilError('TARGET_CONTRACT', `${answer.url} answered ${answer.status}`, {
      expected: 'metrics',
    });
  }
  return readExposition(answer.text, { maxSeries: service.sampleLimit });
}

/** Reads the metrics of each address at most once. */
export function openMetricsReader(): ReadMetrics {
  const read = new Map<string, Promise<Exposition | undefined>>();
  return (endpoint) => {
    const url = endpoint.metrics?.url ?? '';
    const found = read.get(url) ?? fetched(endpoint);
    read.set(url, found);
    return found;
  };
}
