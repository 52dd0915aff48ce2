import { type HttpAnswer, send } from '../../clients/index.ts';
import {
  addressOfProbe,
  below,
  formatDuration,
  formatValue,
  jsonFaults,
  type Measurement,
  messageOf,
  type ProbeOf,
  quantile,
  shownUrl,
  shownValue,
  VigilError,
} from '../../core/index.ts';
import { UnknownOutcome } from '../run/unknown-outcome.ts';
import { serviceNamed } from './places.ts';
import { faultsMeasured, measured, type ProbeSurroundings, probeSecret } from './probe-result.ts';

type HttpProbe = ProbeOf<'http'>;

/** Requests of one probe end here, so that a frozen service doesn’t use up the cycle. */
const longestMs = 45_000;

const repeatable = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

/** The address of a probe: its own, or its path of the target. */
export function probeUrl(url: string, targetUrl: string | undefined): string {
  if (!url.startsWith('/')) return url;
  if (targetUrl !== undefined) return below(targetUrl, url);
  throw new VigilError('CONFIG_INVALID', `${url} is a path, and no target is declared`, {
    expected: 'a whole URL, or target: { url: … } in the configuration',
  });
}

/** In what an answer differs from what the probe expects. */
export function answerFaults(probe: HttpProbe, answer: HttpAnswer): string[] {
  const statuses = [probe.status].flat();
  const faults = statuses.includes(answer.status)
    ? []
    : [`status ${answer.status}, expected ${statuses.join(' or ')}`];
  for (const [name, wanted] of Object.entries(probe.header)) {
    const value = answer.headers[name.toLowerCase()];
    if (value !== wanted)
      faults.push(`header ${name} is ${shownValue(value)}, expected ${shownValue(wanted)}`);
  }
  if (probe.contains !== undefined && !answer.text.includes(probe.contains))
    faults.push(`the body does not contain ${shownValue(probe.contains)}`);
  return [...faults, ...jsonFaults(answer.text, probe.json)];
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
function serviceOf(probe: HttpProbe, around: ProbeSurroundings) {
  const { services = [], targetUrl } = around;
  if (!addressOfProbe(probe).startsWith('/')) return undefined;
  if (probe.service !== undefined) return serviceNamed(probe.service, around);
  return services.find((one) => one.url === targetUrl) ?? { url: targetUrl, success: undefined };
}

/** The probe with what its service calls a success, where it says nothing of the body itself. */
function withSuccess(probe: HttpProbe, around: ProbeSurroundings): HttpProbe {
  const success = serviceOf(probe, around)?.success;
  return success && Object.keys(probe.json).length === 0 ? { ...probe, json: success.json } : probe;
}

/**
 * What it means that the time was over before all requests of a probe were sent: a fault where they take longer at their
 * pace than the whole time. @throws UnknownOutcome where others had used the time
 */
function cutShort(probe: HttpProbe, seconds: readonly number[], tookMs: number, ofMs: number): string {
  const sent = `${seconds.length} of ${probe.samples} requests`;
  if ((tookMs / seconds.length) * probe.samples <= ofMs)
    throw new UnknownOutcome(`time for only ${sent}: other probes took the rest of ${formatDuration(ofMs)}`);
  return `too slow: only ${sent} fit into ${formatDuration(ofMs)}, the slowest took ${formatValue(Math.max(...seconds), 'seconds')}`;
}

/** Asks a service over HTTP, as often as `samples` says, and judges every answer. A silent one is a fault, never a gap. */
export async function probeHttp(given: HttpProbe, around: ProbeSurroundings): Promise<Measurement[]> {
  const probe = withSuccess(given, around);
  const address = addressOfProbe(probe);
  const url = probeUrl(address, serviceOf(probe, around)?.url);
  const method = probe.method ?? (probe.body === undefined ? 'GET' : 'POST');
  const options = {
    method,
    headers: Object.fromEntries(
      Object.entries(probe.headers).map(([name, value]) => [name, probeSecret(value, `headers.${name}`)]),
    ),
    body: probe.body,
    // A whole address is asked as a stranger would ask it.
    access: address.startsWith('/') ? undefined : ('none' as const),
  };
  const ask = (timeoutMs: number) => () => send(url, { ...options, timeoutMs });
  const faults: string[] = [];
  const seconds: number[] = [];
  const beganMs = performance.now();
  const ofMs = Math.min(around.end?.ofMs ?? longestMs, longestMs);
  const endMs = Math.min(around.end?.atMs ?? Number.POSITIVE_INFINITY, beganMs + ofMs);
  for (let sample = 0; sample < probe.samples; sample += 1) {
    const leftMs = endMs - performance.now();
    const tookMs = performance.now() - beganMs;
    if (sample > 0 && leftMs < tookMs / sample) {
      if (faults.length === 0) faults.push(cutShort(probe, seconds, tookMs, ofMs));
      break;
    }
    // The first request has its whole time, whatever is left.
    const timeoutMs = sample === 0 ? probe.timeout : Math.min(probe.timeout, leftMs);
    try {
      // What is not repeatable may have been carried out although the answer got lost.
      const answer = await (repeatable.includes(method)
        ? around.patiently(shownUrl(url), ask(timeoutMs))
        : ask(timeoutMs)());
      seconds.push(answer.durationMs / 1000);
      // One answer is one fault, in however many ways it is not as expected.
      const wrong = answerFaults(probe, answer);
      if (wrong.length > 0) faults.push(wrong.join(', '));
    } catch (thrown) {
      // Who gave no answer took at least as long as was waited; leaving it out would call the rest fast.
      seconds.push(timeoutMs / 1000);
      const isCut = timeoutMs < probe.timeout && performance.now() >= endMs;
      if (!isCut) faults.push(messageOf(thrown));
      else if (faults.length === 0) faults.push(cutShort(probe, seconds, performance.now() - beganMs, ofMs));
      if (isCut) break;
    }
  }
  return [
    faultsMeasured(`answers of ${shownUrl(url)} not as expected`, faults, probe.samples),
    ...latencies(probe, seconds),
  ];
}
