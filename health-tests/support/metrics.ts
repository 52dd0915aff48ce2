import { type Exposition, parseExposition, sumOf } from '../../src/clients/index.ts';
import { shownUrl } from '../../src/core/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { sendPatiently } from './patience.ts';

/** Scrapes the services' /metrics. */
export interface MetricsClient {
  /** The families of a service; a status other than 200 or a malformed text is an error that says where. */
  scrape(serviceUrl: string): Promise<Exposition>;
  /** The sum over a family's series; absent is an error, never 0. */
  sum(serviceUrl: string, name: string): Promise<number>;
  /** A metric's name under the configured prefix. */
  name(suffix: string): string;
}

export function openMetrics({ metricsPrefix }: RunContext): MetricsClient {
  const scrape = async (serviceUrl: string) => {
    const answer = await sendPatiently(`${serviceUrl}/metrics`, { timeoutMs: 5000 });
    if (answer.status !== 200) throw new Error(`${answer.url} answered ${answer.status}, expected 200`);
    return parseExposition(answer.text);
  };
  return {
    scrape,
    async sum(serviceUrl, name) {
      const total = sumOf(await scrape(serviceUrl), name);
      if (total === undefined) throw new Error(`${shownUrl(serviceUrl)}/metrics has no ${name}`);
      return total;
    },
    name: (suffix) => `${metricsPrefix}_${suffix}`,
  };
}
