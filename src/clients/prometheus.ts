import { type HttpAnswer, type SendOptions, send } from './http/http.ts';
import { contractError, excerpt, unexpected } from './http/http-failure.ts';

/** One series of an instant query. */
export interface InstantSample {
  metric: Record<string, string>;
  value: number;
  /** Epoch milliseconds. */
  timeMs: number;
}

/** One series with its points, by ascending time. */
export interface StoredSeries {
  metric: Record<string, string>;
  points: { timeMs: number; value: number }[];
}

export interface TargetState {
  job: string;
  /** Empty for a job that has no target. */
  instance: string;
  up: boolean;
  /** Prometheus's own word: `up`, `down` or `unknown` (not scraped yet). */
  health?: string | undefined;
  lastError?: string | undefined;
  /** When it was scraped last, and how often it is, in milliseconds; a store that says neither has none. */
  lastScrapeMs?: number | undefined;
  scrapeIntervalMs?: number | undefined;
}

/** Whether `/-/ready` says that Prometheus serves queries; unreachable throws. */
export async function prometheusReady(url: string): Promise<boolean> {
  return (await send(`${url}/-/ready`)).status === 200;
}

interface Body<T> {
  status?: string;
  data?: T;
  errorType?: string;
  error?: string;
  /** What makes the answer doubtful: a store behind it that did not answer (Thanos), a histogram that lacks a bucket. */
  warnings?: unknown[];
  /** VictoriaMetrics: some of its storage did not answer. */
  isPartial?: boolean;
}

/**
 * The data of an answer of the API; TARGET_CONTRACT with Prometheus's own words when it is an error, or when it says
 * itself that it is not whole: what is missing may be what matters.
 */
export function dataOf<T>(answer: HttpAnswer): T {
  const body = answer.json<Body<T> | null>();
  if (answer.status === 200 && body?.status === 'success' && body.data) {
    const doubts = Array.isArray(body.warnings) ? body.warnings.map(String) : [];
    if (body.isPartial === true) doubts.push('the answer is partial');
    if (doubts.length === 0) return body.data;
    throw contractError(answer.url, 'a whole answer', `a warning: ${excerpt(doubts.join('; '), 400)}`);
  }
  const expected = 'an answer of the Prometheus API';
  if (!body?.error) throw unexpected(answer, expected);
  const received = `${body.errorType ?? 'an error'}: ${excerpt(body.error, 400)}`;
  throw contractError(answer.url, expected, received);
}

const infinite: Record<string, number> = { '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity };

/** A value as the API writes it, as text; anything else, `null` and the empty text too, is no number. */
const numberOf = (text: unknown): number =>
  typeof text === 'string' && text !== '' ? (infinite[text] ?? Number(text)) : Number.NaN;

/** A time of the API as epoch milliseconds, and its value. */
function pointOf(pair: unknown): { timeMs: number; value: number } | undefined {
  if (!Array.isArray(pair) || typeof pair[0] !== 'number') return undefined;
  return { timeMs: Math.round(pair[0] * 1000), value: numberOf(pair[1]) };
}

/** The labels of a series; `undefined` when these are none. */
function seriesLabels(series: unknown): Record<string, string> | undefined {
  const { metric = {} } = (series ?? {}) as { metric?: unknown };
  if (metric === null || typeof metric !== 'object' || Array.isArray(metric)) return undefined;
  return Object.values(metric).every((value) => typeof value === 'string')
    ? (metric as Record<string, string>)
    : undefined;
}

/** Asks a query for what `expected` says; returns its result, and how what is strange in it is said. */
async function ask(
  url: string,
  { path, expected, limits }: { path: string; expected: string; limits?: SendOptions },
  parameters: Record<string, string> & { query: string },
) {
  const answer = await send(`${url}/api/v1/${path}`, {
    method: 'POST',
    body: new URLSearchParams(parameters).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    ...limits,
  });
  const strange = (what: string) =>
    contractError(answer.url, `${expected} of ${excerpt(parameters.query)}`, what);
  return { ...dataOf<{ resultType: string; result: unknown }>(answer), strange };
}

/** The instant vector (or the scalar, as one series) of a query; errors carry Prometheus's own type and text. */
export async function queryInstant(url: string, query: string, timeMs?: number): Promise<InstantSample[]> {
  const time = timeMs === undefined ? undefined : String(timeMs / 1000);
  const { resultType, result, strange } = await ask(
    url,
    { path: 'query', expected: 'an instant vector' },
    { query, ...(time && { time }) },
  );
  const listed = resultType === 'scalar' ? [{ value: result }] : result;
  if ((resultType !== 'vector' && resultType !== 'scalar') || !Array.isArray(listed))
    throw strange(`a ${resultType}`);
  return listed.map((series: { value?: unknown } | null): InstantSample => {
    const [metric, point] = [seriesLabels(series), pointOf(series?.value)];
    if (!metric || !point) throw strange('what is no series');
    return { metric, ...point };
  });
}

/** Two days of samples of every bucket are a few megabytes. */
const limits = { timeoutMs: 30_000, maxBytes: 128 * 1024 * 1024 };

async function matrix(
  url: string,
  path: string,
  parameters: Record<string, string> & { query: string },
): Promise<StoredSeries[]> {
  const { resultType, result, strange } = await ask(url, { path, expected: 'series', limits }, parameters);
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
  return matrix(url, 'query', { query, time: String(atMs / 1000) });
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
  return matrix(url, 'query_range', { query, start, end, step });
}

interface ActiveTargets {
  activeTargets?: {
    labels?: Record<string, string>;
    health?: string;
    lastError?: string;
    lastScrape?: string;
    scrapeInterval?: string;
  }[];
}

/** A duration as Prometheus writes it, `1m30s`; `undefined` for anything else. */
function durationMs(text: string | undefined): number | undefined {
  const parts = [...(text ?? '').matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (parts.length === 0) return undefined;
  const unitMs = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
    y: 31_536_000_000,
  };
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0);
}

/** The state of every target of the named jobs; a job without a target is reported as not up. */
export async function targetsUp(url: string, jobs: readonly string[]): Promise<TargetState[]> {
  const answer = await send(`${url}/api/v1/targets?state=active`);
  const active = dataOf<ActiveTargets>(answer).activeTargets ?? [];
  return jobs.flatMap((job): TargetState[] => {
    const own = active.filter(({ labels }) => labels?.job === job);
    if (own.length === 0) return [{ job, instance: '', up: false, lastError: 'no such job' }];
    return own.map(({ labels, health = 'unknown', lastError, lastScrape, scrapeInterval }) => ({
      job,
      instance: labels?.instance ?? '',
      up: health === 'up',
      health,
      lastError: lastError || undefined,
      lastScrapeMs: lastScrape === undefined ? undefined : Date.parse(lastScrape),
      scrapeIntervalMs: durationMs(scrapeInterval),
    }));
  });
}
