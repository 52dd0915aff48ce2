import { type LiveSample, type LiveWindow, liveSampleOf, liveWindow } from '../../src/alerts/index.ts';
import { shownUrl } from '../../src/core/index.ts';
import { readPast } from '../../src/history/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { liveFromPrometheus } from './live-prometheus.ts';
import type { MetricsClient } from './metrics.ts';

/** Live traffic over the configured window. */
export interface Live {
  /** Scrapes once at the beginning of the run, so that a window has a first point however old the target is. */
  begin(): Promise<void>;
  /** The window that ends now, from Prometheus where it is declared or from scraped counters: whichever saw more. */
  window(): Promise<LiveWindow | undefined>;
}

export function openLive(config: RunContext, metrics: MetricsClient): Live {
  const samples: LiveSample[] = [];
  const scrape = async () => {
    const exposition = await metrics.scrape(config.target.orchestration);
    const sample = liveSampleOf(exposition, config.metricsPrefix, Date.now());
    if (!sample)
      throw new Error(
        `${shownUrl(config.target.orchestration)}/metrics lacks the operations, errors or duration family`,
      );
    samples.push(sample);
  };
  return {
    begin: () => (samples.length === 0 ? scrape() : Promise.resolve()),
    async window() {
      const { prometheus } = config.target;
      const recorded =
        prometheus && (await liveFromPrometheus(prometheus.url, config.metricsPrefix, config.liveWindowMs));
      await scrape();
      const past = readPast(config.reports, config.targetId);
      const scraped = liveWindow(
        [...past.liveSamples(), ...samples],
        config.liveWindowMs,
        samples[0]?.timeMs,
      );
      return recorded && recorded.operations >= (scraped?.operations ?? 0) ? recorded : scraped;
    },
  };
}
