import { send } from './http.ts';
import { contractError } from './http-failure.ts';
import { dataOf, numberOf } from './prometheus.ts';
import { excerpt } from './url-text.ts';

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
  const { resultType, result } = dataOf<{
    resultType: string;
    result: { metric?: Record<string, string>; values?: [number, string][] }[];
  }>(answer);
  if (resultType !== 'matrix' || !Array.isArray(result)) {
    throw contractError(answer.url, `series of ${excerpt(parameters.query ?? '')}`, `a ${resultType}`);
  }
  return result.map(({ metric = {}, values = [] }) => ({
    metric,
    points: values.map(([seconds, text]) => ({ timeMs: Math.round(seconds * 1000), value: numberOf(text) })),
  }));
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
