import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveSample } from '../../src/alerts/index.ts';
import { UnknownOutcome } from '../../src/suite/index.ts';
import type { MetricsClient } from './metrics.ts';
import type { Target } from './target.ts';
import { mannKendall, theilSen } from './trend.ts';

const burstOperations = 60;
const settleMs = 1500;
const pollMs = 150;
/** Cycles before a trend can be told from chance at all, and the time before a young heap is done widening. */
const fewestPoints = 10;
const shortestSpanHours = 0.5;

export interface MemoryTrend {
  /** Lower end of the 95 % interval of the slope: what it grows by at least; 0 without a significant trend. */
  bytesPerHour: number;
  pValue: number;
  points: number;
}

/** Trend of resident memory over the recorded cycles of the process that runs now; `undefined` with too few. */
export function memoryTrend(samples: readonly LiveSample[]): MemoryTrend | undefined {
  const startedMs = samples.at(-1)?.startedMs;
  const points = samples.flatMap(({ timeMs, startedMs: started, residentMemoryBytes }) =>
    started === startedMs && residentMemoryBytes !== undefined
      ? [{ x: timeMs / 3_600_000, y: residentMemoryBytes }]
      : [],
  );
  const spanHours = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  if (points.length < fewestPoints || spanHours < shortestSpanHours) return undefined;
  const { pValue, s } = mannKendall(points.map(({ y }) => y));
  const { low } = theilSen(points);
  return { bytesPerHour: s > 0 && pValue < 0.01 ? low : Math.min(0, low), pValue, points: points.length };
}

/** Restarts older than this are no crash loop any more. */
const restartWindowMs = 2 * 3_600_000;

/** How often the process was started anew by what past cycles saw, oldest first; what alternates is several instances. */
export function restartsSeen(samples: readonly LiveSample[], nowMs: number): number {
  const starts = samples
    .filter(({ timeMs }) => timeMs <= nowMs && nowMs - timeMs <= restartWindowMs)
    .flatMap(({ startedMs }) => (startedMs === undefined ? [] : [startedMs]));
  let newest = starts[0] ?? 0;
  let restarts = 0;
  for (const started of starts) {
    // A start time may be rounded otherwise from scrape to scrape.
    if (started > newest + 1000) restarts += 1;
    newest = Math.max(newest, started);
  }
  return restarts;
}

export interface BurstGrowth {
  service: string;
  bytesPerOperation: number;
  operations: number;
}

type Resident = () => Promise<number>;

async function settled(
  resident: Resident,
  base: number,
  operations: number,
  enough: number,
): Promise<number> {
  const startedAt = performance.now();
  let least = await resident();
  while ((least - base) / operations > enough && performance.now() - startedAt < settleMs) {
    await sleep(pollMs);
    least = Math.min(least, await resident());
  }
  return (least - base) / operations;
}

async function oneBurst(target: Target, metrics: MetricsClient, enough: number): Promise<BurstGrowth[]> {
  const services = target.services.map(({ name, url }) => ({
    name,
    resident: () => metrics.sum(url, 'process_resident_memory_bytes'),
  }));
  const bases = await Promise.all(
    services.map(async ({ resident }) => Math.max(await resident(), await resident(), await resident())),
  );
  const batch = await target.batch(burstOperations, 6, 10_000);
  const operations = batch.operations.filter(({ error }) => error === undefined);
  // What fails at once uses no memory, so it shows no leak either.
  if (operations.length < burstOperations / 2) {
    const why = batch.operations.find(({ error }) => error !== undefined)?.error ?? 'out of time';
    throw new UnknownOutcome(`${operations.length} of ${burstOperations} operations completed: ${why}`);
  }
  return Promise.all(
    services.map(async ({ name, resident }, index) => ({
      service: name,
      bytesPerOperation: await settled(resident, bases[index] ?? 0, operations.length, enough),
      operations: operations.length,
    })),
  );
}

/**
 * Growth of each service's resident memory per operation after a burst has settled. A heap that only widened does
 * not widen again, a leak does: so the least of two bursts counts, the second sent only if needed.
 */
export async function memoryAfterBurst(
  target: Target,
  metrics: MetricsClient,
  limitBytesPerOperation: number,
): Promise<BurstGrowth[]> {
  const enough = limitBytesPerOperation / 4;
  const first = await oneBurst(target, metrics, enough);
  if (first.every(({ bytesPerOperation }) => bytesPerOperation <= limitBytesPerOperation / 2)) return first;
  const second = await oneBurst(target, metrics, enough);
  return first.map((growth, index) => {
    const again = second[index];
    return again && again.bytesPerOperation < growth.bytesPerOperation ? again : growth;
  });
}
