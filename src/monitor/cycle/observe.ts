import {
  type ComponentSample,
  componentMeans,
  componentSampleOf,
  type LiveSample,
  liveSampleOf,
  type SignalValues,
} from '../../alerts/index.ts';
import { readHost, watchCpu } from '../../clients/index.ts';
import { messageOf, metricsUrlOf, VigilError } from '../../core/index.ts';
import type { RunContext } from '../../suite/index.ts';
import { type AskLimits, mustAnswer, scrape } from './ask-service.ts';

/** What the runner itself sees of the target and its host around one cycle. */
export interface TargetObservation {
  up: boolean;
  /** Why it is not up, in a sentence: it doesn't answer, or what it answers can't be read. */
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

function downReason(thrown: unknown): string {
  const silent = thrown instanceof VigilError && thrown.code === 'TARGET_UNREACHABLE';
  return `${silent ? 'the target does not answer' : 'the target can’t be scraped'}: ${messageOf(thrown)}`;
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
    const { target } = context;
    if (target.orchestration === '') return { up: true, values };
    try {
      const metricsUrl = metricsUrlOf(target);
      if (metricsUrl === undefined) {
        await mustAnswer(target.orchestration, asking);
        return { up: true, values };
      }
      const live = liveSampleOf(await scrape(metricsUrl, asking), context.metricsPrefix, Date.now());
      return { up: true, values, live };
    } catch (thrown) {
      return { up: false, downReason: downReason(thrown), values };
    }
  };
}
