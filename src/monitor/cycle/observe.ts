import {
  type ComponentSample,
  combinedLive,
  componentMeans,
  componentSampleOf,
  type LiveSample,
  liveSampleOf,
  type SignalValues,
} from '../../alerts/index.ts';
import {
  endpointsOf,
  instanceText,
  mustBeWell,
  readHost,
  type ServiceEndpoint,
  watchCpu,
} from '../../clients/index.ts';
import { messageOf, type ServiceConfig, trafficOf, VigilError } from '../../core/index.ts';
import type { RunContext } from '../../suite/index.ts';
import { type AskLimits, scrape } from './ask-service.ts';

/** What the runner itself sees of the target and its host around one cycle. */
export interface TargetObservation {
  up: boolean;
  /** Which services and instances are not up and why: they don't answer, or what they answer can't be read. */
  downReason?: string;
  live?: LiveSample | undefined;
  values: SignalValues;
}

const timeoutMs = 3000;

async function plannerSample(
  { target, metricsPrefix }: RunContext,
  asking: AskLimits,
): Promise<ComponentSample> {
  if (!target.planner) return {};
  return componentSampleOf(await scrape(`${target.planner}/metrics`, asking), metricsPrefix);
}

async function hostValues({ target, declared }: RunContext): Promise<SignalValues> {
  if (!declared.includes('host')) return {};
  const { availableMemoryBytes, totalMemoryBytes, disks } = await readHost(target.host ?? {});
  const fullest = Math.max(...disks.map(({ usedRatio }) => usedRatio));
  return {
    memoryUsed: 1 - availableMemoryBytes / totalMemoryBytes,
    ...(Number.isFinite(fullest) && { diskUsed: fullest }),
  };
}

function downReason(what: string, thrown: unknown): string {
  const silent = thrown instanceof VigilError && thrown.code === 'TARGET_UNREACHABLE';
  return `${what} ${silent ? 'does not answer' : 'can’t be scraped'}: ${messageOf(thrown)}`;
}

/** What one service shows: the counters of each instance, and which of them are down. */
interface Seen {
  live: Record<string, LiveSample>;
  down: string[];
}

async function seenOf(
  service: ServiceConfig,
  { services, target, metricsPrefix }: RunContext,
  asking: AskLimits,
) {
  const seen: Seen = { live: {}, down: [] };
  const isOnly = services.length === 1;
  const traffic = service.traffic && trafficOf(service.traffic, metricsPrefix);
  const own = { ...asking, sampleLimit: service.sampleLimit ?? target.sampleLimit };
  const look = async (endpoint: ServiceEndpoint) => {
    const { metrics, instance } = endpoint;
    try {
      await mustBeWell(endpoint, own);
      if (metrics === undefined) return;
      const exposition = await scrape(metrics.url, { ...own, headers: metrics.headers });
      const live = traffic?.kind === 'metrics' && liveSampleOf(exposition, traffic, Date.now());
      if (live) seen.live[`${service.name} ${instance ?? ''}`] = live;
    } catch (thrown) {
      seen.down.push(
        downReason(isOnly && instance === undefined ? 'the target' : instanceText(endpoint), thrown),
      );
    }
  };
  try {
    await Promise.all((await endpointsOf(service)).map(look));
  } catch (thrown) {
    seen.down.push(downReason(isOnly ? 'the target' : service.name, thrown));
  }
  return seen;
}

/**
 * Begins to observe: the planner's times and the host's CPU now, everything else when the returned
 * function is called at the end of the cycle. Never throws: what can't be read is absent, and so is everything after an abort.
 */
export function observe(context: RunContext, signal?: AbortSignal): () => Promise<TargetObservation> {
  const asking = { timeoutMs, signal, sampleLimit: context.target.sampleLimit };
  const cpuUsed = watchCpu();
  // Without a reading its signal is absent, and the check that needs it says why.
  const planner = () => plannerSample(context, asking).catch((): ComponentSample => ({}));
  const before = planner();
  const host = hostValues(context).catch((): SignalValues => ({}));
  return async () => {
    const after = await planner();
    const isLocal = context.declared.includes('host') && context.target.host?.nodeExporter === undefined;
    const used = isLocal ? cpuUsed() : undefined;
    const values: SignalValues = {
      ...componentMeans(await before, after),
      ...(await host),
      ...(used !== undefined && { cpuUsed: used }),
    };
    const seen = await Promise.all(context.services.map((service) => seenOf(service, context, asking)));
    const down = seen.flatMap((one) => one.down);
    const live = combinedLive(Object.assign({}, ...seen.map((one) => one.live)));
    if (down.length === 0) return { up: true, values, live };
    return { up: false, downReason: down.sort().join('; '), values, live };
  };
}
