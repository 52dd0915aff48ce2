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
  unhealthyNext,
  watchCpu,
} from '../../clients/index.ts';
import {
  messageOf,
  type ServiceConfig,
  trafficOf,
  VigilError,
  type VigilErrorCode,
} from '../../core/index.ts';
import type { RunContext } from '../../suite/index.ts';
import { type AskLimits, scrape } from './ask-service.ts';
import { askedPaths, countsPaths, type OwnCounts, type OwnRequests } from './own-requests.ts';

/** What the runner itself sees of the target and its host around one cycle. */
export interface TargetObservation {
  up: boolean;
  /** Which services and instances are not up and why: they don't answer, or what they answer can't be read. */
  downReason?: string;
  /** What to do about it. */
  downNext?: string;
  live?: LiveSample | undefined;
  values: SignalValues;
  /** Each instance of each service by its labels, and whether it is up. */
  instances: InstanceState[];
}

export interface InstanceState {
  labels: Record<string, string> & { job: string };
  isUp: boolean;
}

/** For each question to the target; less where a cycle has less time itself. */
const longestMs = 3000;

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

/** Why a service or an instance is down, and what to do about it; of several the one with the lower rank is done first. */
interface Down {
  reason: string;
  rank: number;
  next: string;
}

function downBecause(what: string, thrown: unknown): Down {
  const { rank, how, next } = howDown(thrown instanceof VigilError ? thrown.code : undefined);
  return { reason: `${what} ${how}: ${messageOf(thrown)}`, rank, next };
}

function howDown(code: VigilErrorCode | undefined): { rank: number; how: string; next: string } {
  switch (code) {
    case 'TARGET_UNREACHABLE':
      return { rank: 0, how: 'does not answer', next: 'is the process running? start it, or roll back' };
    case 'TARGET_UNHEALTHY':
      return { rank: 1, how: 'answers and is not healthy', next: unhealthyNext };
    default:
      return { rank: 2, how: 'can’t be scraped', next: 'it runs: read what its metrics route answers' };
  }
}

/** What one service shows: the counters of each instance, and which of them are down. */
interface Seen {
  live: Record<string, LiveSample>;
  down: Down[];
  instances: InstanceState[];
}

/** What of a service's counters is Vigil's own; one instance carries it for all of them. */
function withOwn(live: Seen['live'], own: OwnCounts | undefined): Seen['live'] {
  const [first] = Object.entries(live);
  return first && own ? { ...live, [first[0]]: { ...first[1], own } } : live;
}

async function seenOf(
  service: ServiceConfig,
  { services, target, metricsPrefix }: RunContext,
  asking: AskLimits,
  ownRequests: OwnRequests | undefined,
): Promise<Seen> {
  const seen: Seen = { live: {}, down: [], instances: [] };
  const isOnly = services.length === 1;
  const traffic = service.traffic && trafficOf(service.traffic, metricsPrefix);
  const own = { ...asking, sampleLimit: service.sampleLimit ?? target.sampleLimit };
  const look = async (endpoint: ServiceEndpoint) => {
    const { metrics, instance, labels } = endpoint;
    try {
      await mustBeWell(endpoint, own);
      if (metrics !== undefined) {
        const exposition = await scrape(metrics.url, { ...own, headers: metrics.headers });
        if (traffic?.kind === 'metrics') {
          ownRequests?.tellsPaths(service.name, countsPaths(exposition, traffic));
          const live = liveSampleOf(exposition, traffic, Date.now(), ownRequests && askedPaths(service));
          if (live) seen.live[`${service.name} ${instance ?? ''}`] = live;
        }
      }
      seen.instances.push({ labels, isUp: true });
    } catch (thrown) {
      seen.instances.push({ labels, isUp: false });
      seen.down.push(
        downBecause(isOnly && instance === undefined ? 'the target' : instanceText(endpoint), thrown),
      );
    }
  };
  try {
    await Promise.all((await endpointsOf(service, asking)).map(look));
  } catch (thrown) {
    seen.down.push(downBecause(isOnly ? 'the target' : service.name, thrown));
    seen.instances.push({ labels: { job: service.job, service: service.name }, isUp: false });
  }
  const isMixed = traffic?.kind === 'metrics' && traffic.own.length === 0;
  return { ...seen, live: isMixed ? withOwn(seen.live, ownRequests?.takeCounts(service.name)) : seen.live };
}

/**
 * Begins to observe: the planner's times and the host's CPU now, everything else when the returned
 * function is called at the end of the cycle. Never throws: what can't be read is absent, and so is everything after an abort.
 */
export function observe(
  context: RunContext,
  signal?: AbortSignal,
  ownRequests?: OwnRequests,
  cycleMs = Number.POSITIVE_INFINITY,
): () => Promise<TargetObservation> {
  const timeoutMs = Math.min(longestMs, cycleMs / 2);
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
    const seen = await Promise.all(
      context.services.map((service) => seenOf(service, context, asking, ownRequests)),
    );
    const down = seen.flatMap((one) => one.down);
    const instances = seen.flatMap((one) => one.instances);
    const live = combinedLive(Object.assign({}, ...seen.map((one) => one.live)));
    const [first] = down.toSorted((a, b) => a.rank - b.rank);
    if (!first) return { up: true, values, live, instances };
    const downReason = down
      .map(({ reason }) => reason)
      .sort()
      .join('; ');
    return { up: false, downReason, downNext: first.next, values, live, instances };
  };
}
