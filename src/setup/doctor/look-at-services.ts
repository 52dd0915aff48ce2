import { endpointsOf, instanceText, mustBeWell, type ServiceEndpoint } from '../../clients/index.ts';
import { type ServiceConfig, shownUrl, type VigilConfig } from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';
import { look } from './finding.ts';
import { type ReadMetrics, timeoutMs } from './service-metrics.ts';

/** What one instance answers: whether it is well, and how many metrics it has. */
async function answersOf(endpoint: ServiceEndpoint, readMetrics: ReadMetrics): Promise<string> {
  const status = await mustBeWell(endpoint, { timeoutMs });
  const health = status === undefined ? 'answers' : `answers ${status}`;
  const exposition = await readMetrics(endpoint);
  if (!exposition) return `${health}; no metrics are configured`;
  return `${health}, ${exposition.families.length} metric families`;
}

async function lookAtService(
  service: ServiceConfig,
  subject: string,
  readMetrics: ReadMetrics,
): Promise<Finding[]> {
  let endpoints: ServiceEndpoint[];
  try {
    endpoints = await endpointsOf(service);
  } catch (thrown) {
    return [
      await look(subject, () => {
        throw thrown;
      }),
    ];
  }
  return Promise.all([
    ...lookAtAddress(service, subject),
    ...endpoints.map((endpoint) => {
      const where = endpoint.instance === undefined ? '' : `${instanceText(endpoint)}: `;
      return look(subject, async () => `${where}${await answersOf(endpoint, readMetrics)}`);
    }),
  ]);
}

/** Whether the address that users come by answers, where the instances are listed: the watch asks only those. */
function lookAtAddress(service: ServiceConfig, subject: string): Promise<Finding>[] {
  const { url, instances } = service;
  if (!Array.isArray(instances) || instances.includes(url)) return [];
  const address = {
    service,
    url,
    instance: undefined,
    host: undefined,
    labels: { job: service.job },
    metrics: undefined,
    headers: {},
  };
  return [
    look(
      `${subject}.url`,
      async () => `${shownUrl(url)} answers ${await mustBeWell(address, { timeoutMs })}`,
    ),
  ];
}

/** The key that describes a service: its own, or its short form below `target`. */
function keyOf({ name, url }: ServiceConfig, { target, ...config }: VigilConfig, isShort: boolean): string {
  if (!isShort) return `services.${name}`;
  if (target?.url !== undefined) return 'target.url';
  return config.services[0]?.url === url ? 'target.orchestration' : 'target.planner';
}

/** Whether each instance of each service answers as it must; the embedded Genesis is started for each run. */
export async function lookAtServices(
  config: VigilConfig,
  isShort: boolean,
  readMetrics: ReadMetrics,
): Promise<Finding[]> {
  if (!config.target) return [];
  const found = config.services.map((service) =>
    lookAtService(service, keyOf(service, config, isShort), readMetrics),
  );
  return (await Promise.all(found)).flat();
}
