import { combinedLive, type LiveSample, liveSampleOf } from '../../alerts/index.ts';
import { endpointsOf, histogramQuantile, queryInstant, readExposition, send } from '../../clients/index.ts';
import {
  formatDuration,
  formatValue,
  grouped,
  type ServiceConfig,
  type Traffic,
  trafficOf,
  type VigilConfig,
} from '../../core/index.ts';
import { type Finding, look } from './finding.ts';

const timeoutMs = 5000;

/** What was found of the indicators: operations and where they were seen, their error ratio and P95. */
function foundText(
  operations: number,
  where: string,
  errors: number,
  latencyP95: number | undefined,
): string {
  const share =
    operations > 0 ? `error ratio ${formatValue(errors / operations, 'ratio')}` : 'no error ratio yet';
  const isKnown = latencyP95 !== undefined && Number.isFinite(latencyP95);
  const latency = isKnown ? `P95 ${formatValue(latencyP95, 'seconds')}` : 'no P95';
  return `${grouped(Math.round(operations))} operations ${where}, ${share}, ${latency}`;
}

/** What the metrics of a service show of its users now. */
async function inMetrics(service: ServiceConfig, traffic: Extract<Traffic, { kind: 'metrics' }>) {
  const samples: Record<string, LiveSample> = {};
  let series = 0;
  for (const { metrics, url } of await endpointsOf(service)) {
    if (!metrics) continue;
    const answer = await send(metrics.url, { timeoutMs, headers: metrics.headers });
    const exposition = await readExposition(answer.text, { maxSeries: service.sampleLimit });
    const all = exposition.families.flatMap((family) => family.samples);
    series += all.filter(({ name }) => name === traffic.operations.metric).length;
    const sample = liveSampleOf(exposition, traffic, Date.now());
    if (sample) samples[url] = sample;
  }
  const live = combinedLive(samples);
  if (!live)
    throw new Error(`no series ${traffic.operations.metric}: nothing is counted, or another preset fits`);
  const latency = histogramQuantile(0.95, live.buckets);
  return `${series} series; ${foundText(live.operations, 'since its start', live.errors, latency)}`;
}

/** What a store answers to the queries of a service. */
async function inStore(
  traffic: Extract<Traffic, { kind: 'queries' }>,
  store: string,
  windowMs: number,
): Promise<string> {
  const ask = async (query: string | undefined) => {
    if (query === undefined) return [];
    return queryInstant(store, query.replaceAll('{{window}}', formatDuration(windowMs)));
  };
  const [operations, errors, duration] = await Promise.all(
    [traffic.operations, traffic.errors, traffic.duration].map(ask),
  );
  if (!operations?.length) throw new Error(`${store} returned no data for operations`);
  const count = ((operations[0]?.value ?? 0) * windowMs) / 1000;
  const failed = ((errors?.[0]?.value ?? 0) * windowMs) / 1000;
  return foundText(count, `in ${formatDuration(windowMs)}`, failed, duration?.[0]?.value);
}

/** What is found now of the indicators of each service; a service may have served nobody yet, which is a warning. */
export async function lookAtTraffic(config: VigilConfig): Promise<Finding[]> {
  if (!config.target) return [];
  const store = config.target.prometheus?.url ?? config.monitoring.prometheus;
  const looked = config.services.map(async (service): Promise<Finding[]> => {
    if (service.traffic === undefined || service.name === 'planner') return [];
    const traffic = trafficOf(service.traffic, config.metricsPrefix);
    const found = await look(`traffic of ${service.name}`, () =>
      traffic.kind === 'metrics'
        ? inMetrics(service, traffic)
        : inStore(traffic, store, traffic.windowMs ?? config.liveWindow),
    );
    return [{ ...found, state: found.state === 'problem' ? 'warning' : found.state }];
  });
  return (await Promise.all(looked)).flat();
}
