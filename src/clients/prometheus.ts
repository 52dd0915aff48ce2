import { below, labelKey, VigilError } from '../core/index.ts';
import { accessFor } from './access/access.ts';
import { type SendOptions, send } from './http/http.ts';
import { contractError, excerpt } from './http/http-failure.ts';
import { dataOf } from './prometheus-answer.ts';

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
  return (await send(below(url, '/-/ready'))).status === 200;
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
  // VictoriaMetrics would answer as of 30 s ago; others know no such parameter.
  const form = new URLSearchParams({ ...parameters, nocache: '1' }).toString();
  const answer =
    accessFor(url)?.method === 'GET'
      ? await send(below(url, `/api/v1/${path}?${form}`), limits)
      : await send(below(url, `/api/v1/${path}`), {
          method: 'POST',
          body: form,
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
    if (!metric || !point) throw strange('an entry that is not a series');
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
    if (!metric || !Array.isArray(values)) throw strange('an entry that is not a series');
    const points = values.map((pair) => {
      const point = pointOf(pair);
      if (!point) throw strange('a series with an entry that is not a point');
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

/** Prometheus and its kin refuse a range of more steps. */
const mostSteps = 11_000;

/** Two days of a step a second take 16; who asks for more asks by mistake. */
const mostParts = 50;

interface Steps {
  fromMs: number;
  toMs: number;
  stepMs: number;
}

/** The same steps in parts that a store takes. */
function partsOf({ fromMs, toMs, stepMs }: Steps): Steps[] {
  const parts: Steps[] = [];
  for (let startMs = fromMs; startMs <= toMs; startMs += mostSteps * stepMs)
    parts.push({ fromMs: startMs, toMs: Math.min(toMs, startMs + (mostSteps - 1) * stepMs), stepMs });
  return parts;
}

/** An expression at each step from `fromMs` to `toMs`, both included where the steps meet them; long ranges in parts. */
export async function queryRange(url: string, query: string, steps: Steps): Promise<StoredSeries[]> {
  const count = (steps.toMs - steps.fromMs) / steps.stepMs;
  if (!(count <= mostParts * mostSteps)) {
    throw new VigilError(
      'TARGET_CONTRACT',
      `a range of ${Math.round(count)} steps is beyond any resolution`,
      {
        where: query,
        expected: `at most ${mostParts * mostSteps} steps`,
      },
    );
  }
  const joined = new Map<string, StoredSeries>();
  for (const { fromMs, toMs, stepMs } of partsOf(steps)) {
    const parameters = {
      query,
      start: String(fromMs / 1000),
      end: String(toMs / 1000),
      step: String(stepMs / 1000),
    };
    for (const { metric, points } of await matrix(url, 'query_range', parameters)) {
      const key = labelKey(metric);
      const before = joined.get(key)?.points ?? [];
      joined.set(key, { metric, points: [...before, ...points] });
    }
  }
  return [...joined.values()];
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
  const answer = await send(below(url, '/api/v1/targets?state=active'));
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
