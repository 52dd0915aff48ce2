import {
  endpointsOf,
  instanceText,
  mustBeWell,
  readExposition,
  type ServiceEndpoint,
  send,
} from '../../clients/index.ts';
import { type ServiceConfig, type VigilConfig, VigilError } from '../../core/index.ts';
import { type Finding, look } from './finding.ts';

const timeoutMs = 5000;

/** What one instance answers: whether it is well, and how many metrics it has. */
async function answersOf(endpoint: ServiceEndpoint): Promise<string> {
  const { metrics, service } = endpoint;
  const status = await mustBeWell(endpoint, { timeoutMs });
  const health = status === undefined ? 'answers' : `answers ${status}`;
  if (!metrics) return `${health}; no metrics are configured`;
  const answer = await send(metrics.url, { timeoutMs, headers: metrics.headers });
  if (answer.status !== 200) {
    throw new VigilError('TARGET_CONTRACT', `${answer.url} answered ${answer.status}`, {
      expected: 'metrics',
    });
  }
  const { families } = await readExposition(answer.text, { maxSeries: service.sampleLimit });
  return `${health}, ${families.length} metric families`;
}

async function lookAtService(service: ServiceConfig, subject: string): Promise<Finding[]> {
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
  return Promise.all(
    endpoints.map((endpoint) => {
      const where = endpoint.instance === undefined ? '' : `${instanceText(endpoint)}: `;
      return look(subject, async () => `${where}${await answersOf(endpoint)}`);
    }),
  );
}

/** The key that describes a service: its own, or its short form below `target`. */
function keyOf({ name, url }: ServiceConfig, { target, ...config }: VigilConfig, isShort: boolean): string {
  if (!isShort) return `services.${name}`;
  if (target?.url !== undefined) return 'target.url';
  return config.services[0]?.url === url ? 'target.orchestration' : 'target.planner';
}

/** Whether each instance of each service answers as it must; the embedded Genesis is started for each run. */
export async function lookAtServices(config: VigilConfig, isShort: boolean): Promise<Finding[]> {
  if (!config.target) return [];
  const found = config.services.map((service) => lookAtService(service, keyOf(service, config, isShort)));
  return (await Promise.all(found)).flat();
}
