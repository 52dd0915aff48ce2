import os from 'node:os';
import { messageOf, VigilError } from '../errors.ts';
import { parseExposition } from '../exposition/index.ts';
import type { RunContext } from '../run/index.ts';
import {
  type ComponentSample,
  componentMeans,
  componentSampleOf,
  type LiveSample,
  liveSampleOf,
  type SignalValues,
} from '../signals/index.ts';
import { readHost, send } from '../target/index.ts';

/** What the runner itself sees of the target and its host around one cycle. */
export interface Observation {
  up: boolean;
  /** Why it is not up, in a sentence: it doesn't answer, or what it answers can't be read. */
  downReason?: string;
  live?: LiveSample;
  values: SignalValues;
}

const scrapeTimeoutMs = 3000;

async function scrape(serviceUrl: string) {
  const answer = await send(`${serviceUrl}/metrics`, { timeoutMs: scrapeTimeoutMs });
  if (answer.status !== 200) throw new Error(`${answer.url} answered ${answer.status}`);
  return parseExposition(answer.text);
}

async function plannerSample({ target, metricsPrefix }: RunContext): Promise<ComponentSample> {
  if (!target.planner) return {};
  return componentSampleOf(await scrape(target.planner), metricsPrefix);
}

function cpuTimes(): { idle: number; total: number } {
  const times = os.cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  return {
    idle,
    total: times.reduce(
      (sum, { user, nice, sys, idle: rest, irq }) => sum + user + nice + sys + rest + irq,
      0,
    ),
  };
}

/** CPU in use on this host between two readings, as a ratio. */
function cpuUsed(before: ReturnType<typeof cpuTimes>): number | undefined {
  const after = cpuTimes();
  const total = after.total - before.total;
  return total > 0 ? 1 - (after.idle - before.idle) / total : undefined;
}

async function hostValues({ target }: RunContext): Promise<SignalValues> {
  const { availableMemoryBytes, totalMemoryBytes, disks, cpuUsedRatio } = await readHost(target.host ?? {});
  const fullest = Math.max(...disks.map(({ usedRatio }) => usedRatio));
  return {
    memoryUsed: 1 - availableMemoryBytes / totalMemoryBytes,
    ...(Number.isFinite(fullest) && { diskUsed: fullest }),
    ...(cpuUsedRatio !== undefined && { cpuUsed: cpuUsedRatio }),
  };
}

function downReason(thrown: unknown): string {
  const silent = thrown instanceof VigilError && thrown.code === 'TARGET_UNREACHABLE';
  return `${silent ? 'the target does not answer' : 'the target can’t be scraped'}: ${messageOf(thrown)}`;
}

/** A reading that may be missing: without it the signal is absent, and the check that needs it says why. */
async function optional<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch {
    return otherwise;
  }
}

/**
 * Begins to observe: the planner's times and the host's CPU now, everything else when the returned
 * function is called at the end of the cycle. Never throws: what can't be read is absent.
 */
export function observe(context: RunContext): () => Promise<Observation> {
  const cpu = cpuTimes();
  const before = optional(plannerSample(context), {});
  const host = optional(hostValues(context), {});
  return async () => {
    const after = await optional(plannerSample(context), {});
    const isLocal = context.target.host?.nodeExporter === undefined;
    const used = isLocal ? cpuUsed(cpu) : undefined;
    const values: SignalValues = {
      ...componentMeans(await before, after),
      ...(await host),
      ...(used !== undefined && { cpuUsed: used }),
    };
    try {
      const live = liveSampleOf(
        await scrape(context.target.orchestration),
        context.metricsPrefix,
        Date.now(),
      );
      return { up: true, values, ...(live && { live }) };
    } catch (thrown) {
      return { up: false, downReason: downReason(thrown), values };
    }
  };
}
