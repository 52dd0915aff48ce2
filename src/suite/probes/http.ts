import { type HttpAnswer, send } from '../../clients/index.ts';
import {
  holds,
  type Measurement,
  messageOf,
  type ProbeOf,
  parseLimit,
  quantile,
  shortened,
  shownUrl,
  VigilError,
  valueAt,
} from '../../core/index.ts';
import { faultsMeasured, measured, type ProbeSurroundings, probeSecret } from './probe-result.ts';

type HttpProbe = ProbeOf<'http'>;

/** Requests of one probe end here, so that a frozen service doesn’t use up the cycle. */
const longestMs = 45_000;

const repeatable = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

/** The address of a probe: its own, or its path of the target. */
export function probeUrl(url: string, targetUrl: string | undefined): string {
  if (!url.startsWith('/')) return url;
  if (targetUrl !== undefined) return `${targetUrl}${url}`;
  throw new VigilError('CONFIG_INVALID', `${url} is a path, and no target is declared`, {
    expected: 'a whole URL, or target: { url: … } in the configuration',
  });
}

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : shortened(JSON.stringify(value), 60);

function jsonFault(document: unknown, path: string, wanted: string | number | boolean | null): string[] {
  const value = valueAt(document, path);
  const limit = typeof wanted === 'string' && typeof value === 'number' ? parseLimit(wanted) : undefined;
  const isMet = limit ? holds(limit.bound, value as number) : value === wanted;
  return isMet ? [] : [`${path} is ${shown(value)}, expected ${limit ? wanted : shown(wanted)}`];
}

/** In what an answer differs from what the probe expects. */
export function answerFaults(probe: HttpProbe, answer: HttpAnswer): string[] {
  const statuses = [probe.status].flat();
  const faults = statuses.includes(answer.status)
    ? []
    : [`status ${answer.status}, expected ${statuses.join(' or ')}`];
  for (const [name, wanted] of Object.entries(probe.header)) {
    const value = answer.headers[name.toLowerCase()];
    if (value !== wanted) faults.push(`header ${name} is ${shown(value)}, expected ${shown(wanted)}`);
  }
  if (probe.contains !== undefined && !answer.text.includes(probe.contains))
    faults.push(`the body does not contain ${shown(probe.contains)}`);
  const paths = Object.entries(probe.json);
  if (paths.length === 0) return faults;
  let document: unknown;
  try {
    document = JSON.parse(answer.text);
  } catch {
    return [...faults, 'the body is no JSON'];
  }
  return [...faults, ...paths.flatMap(([path, wanted]) => jsonFault(document, path, wanted))];
}

function latencies(probe: HttpProbe, seconds: readonly number[]): Measurement[] {
  const sample = { sample: seconds.length };
  const at = (share: number) => (seconds.length === 0 ? Number.NaN : quantile([...seconds], share));
  const slowest = seconds.length === 0 ? Number.NaN : Math.max(...seconds);
  const limits = [
    ['P50 latency', 0.5, probe.p50],
    ['P95 latency', 0.95, probe.p95],
    ['P99 latency', 0.99, probe.p99],
  ] as const;
  return [
    measured(probe.samples > 1 ? 'slowest answer' : 'latency', slowest, 'seconds', probe.latency, sample),
    ...limits.flatMap(([name, share, limit]) =>
      limit === undefined ? [] : [measured(name, at(share), 'seconds', limit, sample)],
    ),
  ];
}

/** The service whose path a probe asks: the one that it names, else the target's. */
function serviceOf({ service, url }: HttpProbe, { services = [], targetUrl }: ProbeSurroundings) {
  if (!url.startsWith('/')) return undefined;
  if (service !== undefined) return services.find(({ name }) => name === service);
  return services.find((one) => one.url === targetUrl) ?? { url: targetUrl, success: undefined };
}

/** The probe with what its service calls a success, where it says nothing of the body itself. */
function withSuccess(probe: HttpProbe, around: ProbeSurroundings): HttpProbe {
  const success = serviceOf(probe, around)?.success;
  return success && Object.keys(probe.json).length === 0 ? { ...probe, json: success.json } : probe;
}

/** Asks a service over HTTP, as often as `samples` says, and judges every answer. A silent one is a fault, never a gap. */
export async function probeHttp(given: HttpProbe, around: ProbeSurroundings): Promise<Measurement[]> {
  const probe = withSuccess(given, around);
  const url = probeUrl(probe.url, serviceOf(probe, around)?.url);
  const method = probe.method ?? (probe.body === undefined ? 'GET' : 'POST');
  const options = {
    method,
    timeoutMs: probe.timeout,
    headers: Object.fromEntries(
      Object.entries(probe.headers).map(([name, value]) => [name, probeSecret(value, `headers.${name}`)]),
    ),
    body: probe.body,
    // A whole address is asked as a stranger would ask it.
    access: probe.url.startsWith('/') ? undefined : ('none' as const),
  };
  const ask = () => send(url, options);
  const faults: string[] = [];
  const seconds: number[] = [];
  const deadlineMs = performance.now() + longestMs;
  for (let sample = 0; sample < probe.samples; sample += 1) {
    if (performance.now() > deadlineMs) {
      faults.push(`only ${sample} of ${probe.samples} requests were answered in time`);
      break;
    }
    try {
      // What is not repeatable may have been carried out although the answer got lost.
      const answer = await (repeatable.includes(method) ? around.patiently(shownUrl(url), ask) : ask());
      seconds.push(answer.durationMs / 1000);
      // One answer is one fault, in however many ways it is not as expected.
      const wrong = answerFaults(probe, answer);
      if (wrong.length > 0) faults.push(wrong.join(', '));
    } catch (thrown) {
      faults.push(messageOf(thrown));
      // Who gave no answer took at least as long as was waited; leaving it out would call the rest fast.
      seconds.push(probe.timeout / 1000);
    }
  }
  return [
    faultsMeasured(`answers of ${shownUrl(url)} not as expected`, faults, probe.samples),
    ...latencies(probe, seconds),
  ];
}
