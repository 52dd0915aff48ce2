import { send } from './http/http.ts';
import { contractError } from './http/http-failure.ts';
import { excerpt } from './http/url-text.ts';
import { dataOf, pointOf, seriesLabels } from './prometheus.ts';

/** One series with its points, by ascending time. */
export interface StoredSeries {
  metric: Record<string, string>;
  points: { timeMs: number; value: number }[];
}

/** Two days of samples of every bucket are a few megabytes. */
const limits = { timeoutMs: 30_000, maxBytes: 128 * 1024 * 1024 };

async function matrix(
  url: string,
  path: string,
  parameters: Record<string, string>,
): Promise<StoredSeries[]> {
  const answer = await send(`${url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(parameters).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    ...limits,
  });
  const { resultType, result } = dataOf<{ resultType: string; result: unknown }>(answer);
  const strange = (what: string) =>
    contractError(answer.url, `series of ${excerpt(parameters.query ?? '')}`, what);
  if (resultType !== 'matrix' || !Array.isArray(result)) throw strange(`a ${resultType}`);
  return result.map((series: { values?: unknown } | null): StoredSeries => {
    const metric = seriesLabels(series);
    const values = series?.values ?? [];
    if (!metric || !Array.isArray(values)) throw strange('what is no series');
    const points = values.map((pair) => {
      const point = pointOf(pair);
      if (!point) throw strange('a series with what is no point');
      return point;
    });
    return { metric, points };
  });
}

/** The samples themselves, as they were scraped, of a selector over the window that ends at `atMs`. */
export function querySamples(
  url: string,
  selector: string,
  windowMs: number,
  atMs: number,
): Promise<StoredSeries[]> {
  const query = `${selector}[${Math.max(1, Math.ceil(windowMs))}ms]`;
  return matrix(url, '/api/v1/query', { query, time: String(atMs / 1000) });
}

/** An expression at each step from `fromMs` to `toMs`, both included where the steps meet them. */
export function queryRange(
  url: string,
  query: string,
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
): Promise<StoredSeries[]> {
  const [start, end, step] = [fromMs, toMs, stepMs].map((ms) => String(ms / 1000)) as [
    string,
    string,
    string,
  ];
  return matrix(url, '/api/v1/query_range', { query, start, end, step });
}
