import { type Exposition, endpointsOf } from '../../clients/index.ts';
import type { ServiceConfig, VigilConfig } from '../../core/index.ts';
import type { RollbackPlan } from '../../release/index.ts';
import type { Finding } from '../command-documents.ts';
import type { ReadMetrics } from './service-metrics.ts';

/** The gauges of requests in flight that a plan waits for. */
export function gaugesOf({ options }: RollbackPlan): string[] {
  const steps = options.flatMap(({ stages }) => stages.flatMap((stage) => stage.steps));
  return steps.flatMap(({ action }) => (action.kind === 'await-drained' ? [action.metric] : []));
}

/** What a service shows that answers, and has metrics; nothing of one that is told of elsewhere. */
async function shownBy(service: ServiceConfig, readMetrics: ReadMetrics): Promise<Exposition[]> {
  const endpoints = await endpointsOf(service).catch(() => []);
  const read = endpoints.map((endpoint) => readMetrics(endpoint).catch(() => undefined));
  return (await Promise.all(read)).filter((shown) => shown !== undefined);
}

/** The services that do not count the requests in flight for which a rollback waits. */
export async function lookAtDrain(
  { services }: VigilConfig,
  gauge: string,
  readMetrics: ReadMetrics,
): Promise<Finding[]> {
  const uncounted = async (service: ServiceConfig) =>
    (await shownBy(service, readMetrics)).some(
      ({ families }) => !families.some(({ samples }) => samples.some(({ name }) => name === gauge)),
    );
  const found = await Promise.all(
    services.map(async (service) => ((await uncounted(service)) ? [service.name] : [])),
  );
  const names = found.flat();
  if (names.length === 0) return [];
  return [
    {
      subject: 'rollback.drain.metric',
      state: 'warning',
      detail: `${names.join(', ')}: no metric ${gauge}: a rollback takes the traffic away, and does not wait for the requests in flight`,
      hint: 'name the gauge that counts them, or be sure that commands.drain waits itself',
    },
  ];
}
