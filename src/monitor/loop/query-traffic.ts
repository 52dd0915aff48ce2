import { sliSeries } from '../../alerts/index.ts';
import { asked, askTraffic } from '../../clients/index.ts';
import { messageOf, type ServiceConfig, type Traffic, trafficOf, VigilError } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import type { Scrape } from './scrape.ts';

/** Where the queries of services are asked, over which window unless a service says, and under which job. */
interface Store {
  url: string;
  windowMs: number;
  job: string;
  prefix: string;
}

/** What the queries of one service answer now; a query without an answer leaves its series out. */
async function queried(
  name: string,
  traffic: Extract<Traffic, { kind: 'queries' }>,
  { url, windowMs, job }: Store,
): Promise<ScrapedSample[]> {
  const found = await askTraffic(url, traffic, traffic.windowMs ?? windowMs);
  return asked.flatMap((part): ScrapedSample[] => {
    const { value } = found[part];
    if (value === undefined) return [];
    return [{ series: { name: sliSeries[part], labels: { service: name, job } }, value }];
  });
}

/** Why there is no answer, and what to do about it. */
function failureOf(thrown: unknown): string {
  const hint = thrown instanceof VigilError ? thrown.hint : undefined;
  return hint === undefined ? messageOf(thrown) : `${messageOf(thrown)}; ${hint}`;
}

/** The indicators of the services whose traffic a store knows, as samples; a store that fails is stale, never zero. */
export async function queryTraffic(services: readonly ServiceConfig[], store: Store): Promise<Scrape[]> {
  const scrapes = services.map(async ({ name, traffic }): Promise<Scrape[]> => {
    const own = traffic && trafficOf(traffic, store.prefix);
    if (own?.kind !== 'queries') return [];
    const job = `${store.job} ${name}`;
    try {
      return [{ job, name, samples: await queried(name, own, store) }];
    } catch (thrown) {
      return [{ job, name, samples: [], failure: failureOf(thrown) }];
    }
  });
  return (await Promise.all(scrapes)).flat();
}
