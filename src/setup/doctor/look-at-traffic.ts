import { combinedLive, type LiveSample, liveSampleOf } from '../../alerts/index.ts';
import { askTraffic, endpointsOf, histogramQuantile, queryInstant } from '../../clients/index.ts';
import {
  formatDuration,
  formatValue,
  grouped,
  type ServiceConfig,
  shownUrl,
  storeUrlOf,
  type Traffic,
  trafficOf,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import { describeLedger } from '../../history/index.ts';
import type { Finding } from '../command-documents.ts';
import { look } from './finding.ts';
import type { ReadMetrics } from './service-metrics.ts';

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
async function inMetrics(
  service: ServiceConfig,
  traffic: Extract<Traffic, { kind: 'metrics' }>,
  readMetrics: ReadMetrics,
) {
  const samples: Record<string, LiveSample> = {};
  let series = 0;
  for (const endpoint of await endpointsOf(service)) {
    const exposition = await readMetrics(endpoint);
    if (!exposition) continue;
    const all = exposition.families.flatMap((family) => family.samples);
    series += all.filter(({ name }) => name === traffic.operations.metric).length;
    const sample = liveSampleOf(exposition, traffic, Date.now());
    if (sample) samples[endpoint.url] = sample;
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
  const { operations, errors, duration } = await askTraffic(store, traffic, windowMs);
  if (operations.value === undefined) {
    throw new VigilError('TARGET_CONTRACT', `${shownUrl(store)} returned no data for operations`, {
      hint: 'run the query there; does it name the metric and the labels as they are scraped?',
    });
  }
  const perWindow = windowMs / 1000;
  const several = duration.series > 1 ? `, the worst of ${duration.series} series` : '';
  const found = foundText(
    operations.value * perWindow,
    `in ${formatDuration(windowMs)}`,
    (errors.value ?? 0) * perWindow,
    duration.value,
  );
  return `${operations.series} series; ${found}${several}`;
}

/** Whether the store that is configured answers queries. */
export async function lookAtStore({ store }: VigilConfig): Promise<Finding[]> {
  if (!store) return [];
  const found = await look('store', async () => {
    const [one] = await queryInstant(store.url, 'vector(1)');
    if (one?.value !== 1) throw new Error(`${shownUrl(store.url)} does not answer vector(1) with 1`);
    return `${shownUrl(store.url)} answers queries by ${store.method}`;
  });
  return [found];
}

/** Whether the ledger that several Vigils share is reached, and what is there. */
export async function lookAtLedger({ ledger }: VigilConfig, folder: string): Promise<Finding[]> {
  return ledger ? [await look('ledger', () => describeLedger({ ledger, folder }))] : [];
}

/** What is found now of the indicators of each service; a service may have served nobody yet, which is a warning. */
export async function lookAtTraffic(config: VigilConfig, readMetrics: ReadMetrics): Promise<Finding[]> {
  if (!config.target) return [];
  const store = storeUrlOf(config);
  const looked = config.services.map(async (service): Promise<Finding[]> => {
    if (service.traffic === undefined || service.name === 'planner') return [];
    const traffic = trafficOf(service.traffic, config.metricsPrefix);
    const found = await look(`traffic of ${service.name}`, () =>
      traffic.kind === 'metrics'
        ? inMetrics(service, traffic, readMetrics)
        : inStore(traffic, store, traffic.windowMs ?? config.liveWindow),
    );
    return [{ ...found, state: found.state === 'problem' ? 'warning' : found.state }];
  });
  return (await Promise.all(looked)).flat();
}
