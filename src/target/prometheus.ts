import { type HttpAnswer, send } from './http.ts';
import { contractError } from './http-failure.ts';
import { excerpt } from './url-text.ts';

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
  health?: string;
  lastError?: string;
}

/** Whether `/-/ready` says that Prometheus serves queries; unreachable throws. */
export async function prometheusReady(url: string): Promise<boolean> {
  return (await send(`${url}/-/ready`)).status === 200;
}

/** The data of an answer of the API; TARGET_CONTRACT with Prometheus's own words when it is an error. */
export function dataOf<T>(answer: HttpAnswer): T {
  const body = answer.json<{ status?: string; data?: T; errorType?: string; error?: string } | null>();
  if (answer.status === 200 && body?.status === 'success' && body.data) return body.data;
  const received = body?.error
    ? `${body.errorType ?? 'an error'}: ${excerpt(body.error, 400)}`
    : `${answer.status} "${excerpt(answer.text)}"`;
  throw contractError(answer.url, 'an answer of the Prometheus API', received);
}

const infinite: Record<string, number> = { '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity };

/** A value as the API writes it. */
export const numberOf = (text: string): number => infinite[text] ?? Number(text);

function sample(metric: Record<string, string>, [seconds, text]: [number, string]): InstantSample {
  return { metric, value: numberOf(text), timeMs: seconds * 1000 };
}

/** The instant vector (or the scalar, as one series) of a query; errors carry Prometheus's own type and text. */
export async function queryInstant(url: string, promql: string, timeMs?: number): Promise<InstantSample[]> {
  const parameters = new URLSearchParams({
    query: promql,
    ...(timeMs !== undefined && { time: String(timeMs / 1000) }),
  });
  const answer = await send(`${url}/api/v1/query`, {
    method: 'POST',
    body: parameters.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const { resultType, result } = dataOf<{ resultType: string; result: unknown }>(answer);
  if (resultType === 'scalar') return [sample({}, result as [number, string])];
  if (resultType !== 'vector' || !Array.isArray(result)) {
    throw contractError(answer.url, `an instant vector of ${excerpt(promql)}`, `a ${resultType}`);
  }
  return result.map(({ metric, value }) => sample(metric ?? {}, value ?? [0, 'NaN']));
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
      ...(lastError && { lastError }),
    }));
  });
}
