import { type Exposition, parseExposition, sumOf } from '../../src/clients/index.ts';
import { messageOf, shownUrl, VigilError } from '../../src/core/index.ts';
import { type RunContext, UnknownOutcome } from '../../src/suite/index.ts';
import { sendPatiently } from './patience.ts';

/** Scrapes the services' /metrics. */
export interface MetricsClient {
  /** The families of a service; a status other than 200 or a malformed text is an error that says where. */
  scrape(serviceUrl: string, headers?: Record<string, string>): Promise<Exposition>;
  /** The sum over a family's series; absent is an error, never 0. */
  sum(serviceUrl: string, name: string): Promise<number>;
  /** A metric's name under the configured prefix. */
  name(suffix: string): string;
}

/** What is refused for its size was not read: it proves nothing, neither good nor bad. */
function read(url: string, text: string, maxSeries: number | undefined): Exposition {
  try {
    return parseExposition(text, { maxSeries });
  } catch (thrown) {
    if (!(thrown instanceof VigilError) || thrown.code !== 'EXPOSITION_TOO_LARGE') throw thrown;
    throw new UnknownOutcome(`${url}: ${messageOf(thrown)}`);
  }
}

export function openMetrics({ metricsPrefix, target }: RunContext): MetricsClient {
  const scrape: MetricsClient['scrape'] = async (serviceUrl, headers = {}) => {
    const answer = await sendPatiently(`${serviceUrl}/metrics`, { timeoutMs: 5000, headers });
    if (answer.status !== 200) throw new Error(`${answer.url} answered ${answer.status}, expected 200`);
    return read(answer.url, answer.text, target.sampleLimit);
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
