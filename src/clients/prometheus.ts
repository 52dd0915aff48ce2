import { type HttpAnswer, send } from './http/http.ts';
import { unexpected } from './http/http-answer.ts';
import { contractError } from './http/http-failure.ts';
import { excerpt } from './http/url-text.ts';

/** One series of an instant query. */
export interface InstantSample {
  metric: Record<string, string>;
  value: number;
  /** Epoch milliseconds. */
  timeMs: number;
}

export interface TargetState {
  job: string;
  /** Empty for a job that has no target. */
  instance: string;
  up: boolean;
  /** Prometheus's own word: `up`, `down` or `unknown` (not scraped yet). */
  health?: string | undefined;
  lastError?: string | undefined;
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
export function pointOf(pair: unknown): { timeMs: number; value: number } | undefined {
  if (!Array.isArray(pair) || typeof pair[0] !== 'number') return undefined;
  return { timeMs: Math.round(pair[0] * 1000), value: numberOf(pair[1]) };
}

/** The labels of a series; `undefined` when these are none. */
export function seriesLabels(series: unknown): Record<string, string> | undefined {
  const { metric = {} } = (series ?? {}) as { metric?: unknown };
  if (metric === null || typeof metric !== 'object' || Array.isArray(metric)) return undefined;
  return Object.values(metric).every((value) => typeof value === 'string')
    ? (metric as Record<string, string>)
    : undefined;
}

/** The instant vector (or the scalar, as one series) of a query; errors carry Prometheus's own type and text. */
export async function queryInstant(url: string, promql: string, timeMs?: number): Promise<InstantSample[]> {
  const parameters = new URLSearchParams({ query: promql });
  if (timeMs !== undefined) parameters.set('time', String(timeMs / 1000));
  const answer = await send(`${url}/api/v1/query`, {
    method: 'POST',
    body: parameters.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const { resultType, result } = dataOf<{ resultType: string; result: unknown }>(answer);
  const strange = (what: string) =>
    contractError(answer.url, `an instant vector of ${excerpt(promql)}`, what);
  const listed = resultType === 'scalar' ? [{ value: result }] : result;
  if ((resultType !== 'vector' && resultType !== 'scalar') || !Array.isArray(listed))
    throw strange(`a ${resultType}`);
  return listed.map((series: { value?: unknown } | null): InstantSample => {
    const [metric, point] = [seriesLabels(series), pointOf(series?.value)];
    if (!metric || !point) throw strange('what is no series');
    return { metric, ...point };
  });
}

interface ActiveTargets {
  activeTargets?: { labels?: Record<string, string>; health?: string; lastError?: string }[];
}

/** The state of every target of the named jobs; a job without a target is reported as not up. */
export async function targetsUp(url: string, jobs: readonly string[]): Promise<TargetState[]> {
  const answer = await send(`${url}/api/v1/targets?state=active`);
  const active = dataOf<ActiveTargets>(answer).activeTargets ?? [];
  return jobs.flatMap((job): TargetState[] => {
    const own = active.filter(({ labels }) => labels?.job === job);
    if (own.length === 0) return [{ job, instance: '', up: false, lastError: 'no such job' }];
    return own.map(({ labels, health = 'unknown', lastError }) => ({
      job,
      instance: labels?.instance ?? '',
      up: health === 'up',
      health,
      lastError: lastError || undefined,
    }));
  });
}
