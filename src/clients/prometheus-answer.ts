import type { HttpAnswer } from './http/http.ts';
import { contractError, excerpt } from './http/http-failure.ts';

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

/** What a refusal means, and what to do about it; other statuses speak for themselves. */
const refusals: Readonly<Record<number, readonly [what: string, todo: string]>> = {
  401: [
    'the store refuses the credentials (401)',
    'set store.auth, for Mimir also store.headers: { "X-Scope-OrgID": "TENANT" }',
  ],
  403: [
    'the store forbids this query (403)',
    'give these credentials the right to read, or the right tenant in store.headers',
  ],
  404: [
    'there is no Prometheus API at this address (404)',
    'complete the base path of store.url: /prometheus for Mimir, /select/0/prometheus for a VictoriaMetrics cluster',
  ],
  405: ['the store takes no queries by this method (405)', "set store.method to 'GET', or back to 'POST'"],
  414: ['the query is too long for an address (414)', "set store.method: 'POST'"],
  422: [
    'the store can’t evaluate the query (422)',
    'try the query there; where a limit is exceeded, shorten the window or raise the limit of the store',
  ],
  429: ['the store is asked too often (429)', 'raise sampleInterval or the rate limit of the tenant'],
};

/** The body as JSON where it is some. */
function bodyOf<T>(answer: HttpAnswer): Body<T> | undefined {
  try {
    return answer.json<Body<T> | null>() ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * The data of an answer of the API; TARGET_CONTRACT with the store's own words when it is an error, or when it says
 * itself that it is not whole: what is missing may be what matters.
 */
export function dataOf<T>(answer: HttpAnswer): T {
  const body = answer.status === 200 ? answer.json<Body<T> | null>() : bodyOf<T>(answer);
  if (answer.status === 200 && body?.status === 'success' && body.data) {
    const doubts = Array.isArray(body.warnings) ? body.warnings.map(String) : [];
    if (body.isPartial === true) doubts.push('the answer is partial');
    if (doubts.length === 0) return body.data;
    throw contractError(answer.url, 'a whole answer', `a warning: ${excerpt(doubts.join('; '), 400)}`);
  }
  const own = body?.error
    ? `${body.errorType ?? 'an error'}: ${excerpt(body.error, 400)}`
    : `${answer.status} "${excerpt(answer.text)}"`;
  const [what, todo] = refusals[answer.status] ?? [];
  const received = what === undefined ? own : `${what}: ${own}`;
  throw contractError(answer.url, 'an answer of the Prometheus API', received, todo);
}
