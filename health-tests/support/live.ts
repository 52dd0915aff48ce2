import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Judgement,
  type LiveSample,
  type LiveWindow,
  liveSampleOf,
  liveWindow,
  sinceStart,
} from '../../src/alerts/index.ts';
import { genesisTraffic, shownUrl } from '../../src/core/index.ts';
import { readPast } from '../../src/history/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { liveFromPrometheus } from './live-prometheus.ts';
import type { MetricsClient } from './metrics.ts';
import { keepScrape, scrapesBefore } from './on-demand.ts';

/** Live traffic over the configured window. */
export interface Live {
  /** Scrapes once at the beginning of the run, so that a window has a first point however old the target is. */
  begin(): Promise<void>;
  /**
   * The window that ends now, from Prometheus where it is declared or from scraped counters: whichever saw more. Where
   * Vitest was started by hand and `judge` has too little in it, everything since the target's start stands for it, if
   * that meets the limit: nothing fails by what lies back. Then too it waits for what is missing, if that will be there
   * within `patienceMs`.
   */
  window(judge: (window: LiveWindow) => Judgement): Promise<LiveWindow | undefined>;
}

/** So long a check waits for enough live traffic in a run by hand; a service of any age has it then if it has much. */
export const patienceMs = 120_000;

export function openLive(config: RunContext, metrics: MetricsClient): Live {
  const samples: LiveSample[] = [];
  const scrape = async () => {
    const exposition = await metrics.scrape(config.target.orchestration);
    const sample = liveSampleOf(exposition, genesisTraffic(config.metricsPrefix), Date.now());
    if (!sample)
      throw new Error(
        `${shownUrl(config.target.orchestration)}/metrics lacks the operations, errors or duration family`,
      );
    samples.push(sample);
    return sample;
  };
  const { onDemand, reports, targetId } = config;
  const before = onDemand ? scrapesBefore(reports, targetId) : [];
  const look = async (judge: (window: LiveWindow) => Judgement) => {
    const { prometheus } = config.target;
    const recorded =
      prometheus && (await liveFromPrometheus(prometheus.url, config.metricsPrefix, config.liveWindowMs));
    const now = await scrape();
    const past = [...readPast(reports, targetId).liveSamples(), ...before];
    const scraped = liveWindow(
      [...past.toSorted((a, b) => a.timeMs - b.timeMs), ...samples],
      config.liveWindowMs,
      samples[0]?.timeMs,
    );
    const most = recorded && recorded.operations >= (scraped?.operations ?? 0) ? recorded : scraped;
    if (!onDemand || (most && judge(most).outcome !== 'unknown')) return most;
    const whole = sinceStart(now);
    return whole && judge(whole).outcome === 'met' ? whole : most;
  };
  /** How long it takes until there is enough; nothing where that is known already, or nobody can say. */
  const missingMs = (found: LiveWindow | undefined, judge: (window: LiveWindow) => Judgement) => {
    const judgement = found && judge(found);
    return judgement?.outcome === 'unknown' ? judgement.leftMs : undefined;
  };
  let patienceLeftMs = onDemand ? patienceMs : 0;
  return {
    async begin() {
      if (samples.length > 0) return;
      const first = await scrape();
      if (onDemand) keepScrape(reports, targetId, first);
    },
    async window(judge) {
      let found = await look(judge);
      let waitMs = missingMs(found, judge);
      while (waitMs !== undefined && waitMs <= patienceLeftMs) {
        const pauseMs = Math.min(waitMs, 5000);
        await sleep(pauseMs);
        patienceLeftMs -= pauseMs;
        found = await look(judge);
        waitMs = missingMs(found, judge);
      }
      return found;
    },
  };
}
