import { sliSeries } from '../../alerts/index.ts';
import { queryInstant } from '../../clients/index.ts';
import { formatDuration, messageOf, type ServiceConfig, type Traffic, trafficOf } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import type { Scrape } from './scrape.ts';

/** Where the queries of services are asked, over which window unless a service says, and under which job. */
interface Store {
  url: string;
  windowMs: number;
  job: string;
  prefix: string;
}

const asked = ['operations', 'errors', 'duration'] as const;

/** What the queries of one service answer now; a query without an answer leaves its series out. */
async function queried(
  name: string,
  traffic: Extract<Traffic, { kind: 'queries' }>,
  { url, windowMs, job }: Store,
): Promise<ScrapedSample[]> {
  const window = formatDuration(traffic.windowMs ?? windowMs);
  const found = asked.map(async (what): Promise<ScrapedSample[]> => {
    const query = traffic[what];
    if (query === undefined) return [];
    const answers = await queryInstant(url, query.replaceAll('{{window}}', window));
    const values = answers.map(({ value }) => value).filter(Number.isFinite);
    // An error that nobody met has no series: where operations are counted there were none.
    if (values.length === 0 && what !== 'errors') return [];
    const value = values.reduce((sum, one) => sum + one, 0);
    return [{ series: { name: sliSeries[what], labels: { service: name, job } }, value }];
  });
  return (await Promise.all(found)).flat();
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
      return [{ job, name, samples: [], failure: messageOf(thrown) }];
    }
  });
  return (await Promise.all(scrapes)).flat();
}
