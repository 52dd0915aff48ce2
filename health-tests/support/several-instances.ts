import { type LiveSample, liveSampleOf } from '../../src/alerts/index.ts';
import { genesisTraffic, shownUrl } from '../../src/core/index.ts';
import { type RunContext, UnknownOutcome } from '../../src/suite/index.ts';
import type { MetricsClient } from './metrics.ts';

/** A start time may be rounded otherwise from scrape to scrape. */
const roundingMs = 1000;
const scrapes = 4;

/**
 * How samples, oldest first, show that several instances answer in turn: a process that was replaced answers again, or a
 * counter falls and then goes on where it was. One process after another is a restart, and shows neither.
 */
export function alternation(samples: readonly LiveSample[]): string | undefined {
  let newestMs = Number.NEGATIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let hasFallen = false;
  for (const { startedMs = newestMs, operations } of samples) {
    if (startedMs < newestMs - roundingMs) {
      const starts = [startedMs, newestMs].map((ms) => new Date(ms).toISOString());
      return `processes started at ${starts.join(' and ')} answer in turn`;
    }
    if (startedMs > newestMs + roundingMs) {
      highest = Number.NEGATIVE_INFINITY;
      hasFallen = false;
    }
    if (hasFallen && operations >= highest)
      return `the operations counter falls and goes on at ${operations}`;
    hasFallen ||= operations < highest;
    highest = Math.max(highest, operations);
    newestMs = Math.max(newestMs, startedMs);
  }
  return undefined;
}

const seen: LiveSample[] = [];

/**
 * Scrapes some times, each on a connection of its own, as a load balancer may lead each to another instance.
 * @throws UnknownOutcome where several answer: nobody can say what their counters counted together
 */
export async function refuseSeveralInstances(config: RunContext, metrics: MetricsClient): Promise<void> {
  const { orchestration } = config.target;
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    const exposition = await metrics.scrape(orchestration, { connection: 'close' });
    const sample = liveSampleOf(exposition, genesisTraffic(config.metricsPrefix), Date.now());
    if (sample) seen.push(sample);
  }
  const how = alternation(seen);
  if (how === undefined) return;
  throw new UnknownOutcome(
    `several instances answer at ${shownUrl(orchestration)}/metrics: ${how}; let each be scraped by itself`,
  );
}
