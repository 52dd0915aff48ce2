import { type Exposition, type HttpAnswer, readExposition, send } from '../../clients/index.ts';
import { type TrafficPreset, trafficOf, valueAt } from '../../core/index.ts';

/** Whose growth are the operations, the errors and the rejected requests, and the histogram of durations, where there is one. */
interface Selectors {
  operations: string;
  errors: string;
  rejected: string;
  duration?: string;
}

/** What could be found out of a service by asking it. */
export interface Discovered {
  /** Status of the address itself; none where nothing answered. */
  status: number | undefined;
  health: string | undefined;
  metrics: string | undefined;
  /** A preset, or selectors where the metrics fit none. */
  traffic: TrafficPreset | Selectors | undefined;
  release: { path: string; json: string; id: string } | undefined;
  /** What was looked for and is not there, in words. */
  missing: string[];
}

const healthPaths = [
  '/healthz',
  '/health',
  '/readyz',
  '/ready',
  '/livez',
  '/api/health',
  '/actuator/health',
  '/-/healthy',
  '/ping',
  '/status',
];
const metricsPaths = ['/metrics', '/actuator/prometheus', '/stats/prometheus', '/api/metrics', '/prometheus'];
const releasePaths = ['/version', '/info', '/release', '/actuator/info'];
const releaseKeys = [
  '$.releaseId',
  '$.release',
  '$.version',
  '$.build.sha',
  '$.build.version',
  '$.git.commit.id',
  '$.commit',
  '$.sha',
];

/** Where a service is, and what it is shown of who asks. */
interface Asked {
  url: string;
  token?: string | undefined;
}

async function ask({ url, token }: Asked, path = ''): Promise<HttpAnswer | undefined> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    return await send(`${url}${path}`, { timeoutMs: 5000, headers });
  } catch {
    return undefined;
  }
}

/** A page that a single-page application serves for every path says nothing of any. */
const isPage = ({ headers }: HttpAnswer): boolean => /text\/html/.test(headers['content-type'] ?? '');

/** The first path whose answer is what is looked for. */
async function firstOf<T>(
  asked: Asked,
  paths: readonly string[],
  found: (answer: HttpAnswer, path: string) => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  for (const path of paths) {
    const answer = await ask(asked, path);
    if (!answer || answer.status >= 400 || isPage(answer)) continue;
    const what = await found(answer, path);
    if (what !== undefined) return what;
  }
  return undefined;
}

async function expositionOf({ text }: HttpAnswer): Promise<Exposition | undefined> {
  try {
    const exposition = await readExposition(text);
    return exposition.families.length > 0 ? exposition : undefined;
  } catch {
    return undefined;
  }
}

const statusLabels = ['status_code', 'http_response_status_code', 'code', 'status', 'response_code'];
const histograms = [
  'http_server_request_duration_seconds',
  'http_request_duration_seconds',
  'http_server_requests_seconds',
];

/** The names by which an exposition counts requests: those of a preset, or selectors on what it has. */
export function trafficIn({ families }: Exposition): Discovered['traffic'] {
  const samples = families.flatMap((family) => family.samples);
  const has = (name: string, label?: string) =>
    samples.some((sample) => sample.name === name && (label === undefined || label in sample.labels));
  for (const preset of ['opentelemetry', 'prom-client', 'nginx-ingress'] as const) {
    const traffic = trafficOf(preset, '');
    if (traffic.kind !== 'metrics') continue;
    const label = traffic.errors.matchers[0]?.label;
    if (has(traffic.operations.metric, label)) return preset;
  }
  // The count of a histogram serves both, where it has the status.
  for (const name of [...histograms, 'http_requests_total']) {
    const operations = histograms.includes(name) ? `${name}_count` : name;
    const label = statusLabels.find((one) => has(operations, one));
    if (label === undefined) continue;
    const duration = [name, ...histograms].find((one) => has(`${one}_bucket`));
    const answered = (status: string) => `${operations}{${label}=~"${status}"}`;
    return { operations, errors: answered('5..'), rejected: answered('4..'), ...(duration && { duration }) };
  }
  return undefined;
}

function releaseIn(answer: HttpAnswer, path: string): Discovered['release'] {
  let document: unknown;
  try {
    document = answer.json();
  } catch {
    return undefined;
  }
  for (const json of releaseKeys) {
    const id = valueAt(document, json);
    if (typeof id === 'string' && id.trim() !== '') return { path, json, id };
  }
  return undefined;
}

/** Asks a service what it has: where it says how it is, its metrics, which preset fits them, and its release. */
export async function discover(url: string, token?: string): Promise<Discovered> {
  const service = { url, token };
  const root = await ask(service);
  if (!root) {
    const missing = [`${url} does not answer: start the service, and run vigil init again`];
    const nothing = { health: undefined, metrics: undefined, traffic: undefined, release: undefined };
    return { status: undefined, ...nothing, missing };
  }
  const health = await firstOf(service, healthPaths, (_, path) => path);
  const seen = await firstOf(service, metricsPaths, async (answer, path) => {
    const exposition = await expositionOf(answer);
    return exposition && { path, traffic: trafficIn(exposition) };
  });
  const asked = [...releasePaths, ...(health === undefined ? [] : [health])];
  const release = await firstOf(service, asked, releaseIn);
  const noTraffic = seen !== undefined && seen.traffic === undefined;
  const noDuration = typeof seen?.traffic === 'object' && seen.traffic.duration === undefined;
  return {
    status: root.status,
    health,
    metrics: seen?.path,
    traffic: seen?.traffic,
    release,
    missing: [
      ...([401, 403].includes(root.status) && token === undefined
        ? [`who asks: / answers ${root.status}; vigil init --bearer env:NAME asks with a token, or set auth`]
        : []),
      ...(health === undefined && root.status >= 400 && root.status < 500
        ? [`no path without an error (/ answers ${root.status}): W01 accepts it until it names another path`]
        : []),
      ...(health === undefined ? [`no health path (${healthPaths.join(', ')}): set health`] : []),
      ...(seen === undefined
        ? [`no metrics (${metricsPaths.join(', ')}): live traffic is not judged; set metrics and traffic`]
        : []),
      ...(noTraffic
        ? [
            'no preset fits the metrics, or no request was counted yet: live traffic is not judged; set traffic',
          ]
        : []),
      ...(noDuration
        ? ['no histogram of durations in seconds: latency is not judged; set traffic.duration']
        : []),
      ...(release === undefined ? [`no release (${releasePaths.join(', ')}): set release`] : []),
    ],
  };
}
