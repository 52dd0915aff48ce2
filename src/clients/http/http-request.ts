import { Agent, type Dispatcher } from 'undici';
import { decodedUri, shownUrl, VigilError } from '../../core/index.ts';
import { currentSpan } from './trace-context.ts';

export interface SendOptions {
  method?: string | undefined;
  /** A value that is sent as JSON, with its content type. */
  json?: unknown;
  body?: string | Uint8Array | undefined;
  headers?: Record<string, string>;
  /** Limit for everything together: connection, header lines and the whole body. */
  timeoutMs?: number;
  /** Limit of the body; a longer one is an error, not a cut. */
  maxBytes?: number;
  /** A unix socket to speak to instead of the URL's host. */
  socketPath?: string | undefined;
  dispatcher?: Dispatcher;
  /** Ends the request early, as one that got no answer. */
  signal?: AbortSignal | undefined;
}

/** An answer of any status: 3xx is not followed and 5xx does not throw. */
export interface HttpAnswer {
  /** The address without credentials. */
  url: string;
  status: number;
  /** By lower-case name; repeated lines joined with a comma. */
  headers: Record<string, string>;
  text: string;
  /** From sending until the last byte of the body, in milliseconds. */
  durationMs: number;
  /** The body as JSON; TARGET_CONTRACT with its first characters when it is none. */
  json<T = unknown>(): T;
}

/** Connections that are kept as long as a common server keeps them; how long a request may take it says itself. */
export function newAgent(connections: number, connect: { timeout: number; socketPath?: string }): Agent {
  return new Agent({
    connections,
    connect,
    pipelining: 1,
    // Shorter than the idle limit of common servers, so that no request meets a connection just being closed.
    keepAliveTimeout: 1500,
    // The total limit of each request takes their place.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

let sharedAgent: Agent | undefined;

/** The connections for a request: given, shared, or for a unix socket its own, which ends with it. */
export function agentFor(options: SendOptions): { dispatcher: Dispatcher; own?: Agent } {
  if (options.dispatcher) return { dispatcher: options.dispatcher };
  if (options.socketPath) {
    const own = newAgent(64, { timeout: 10_000, socketPath: options.socketPath });
    return { dispatcher: own, own };
  }
  sharedAgent ??= newAgent(64, { timeout: 10_000 });
  return { dispatcher: sharedAgent };
}

/** Parses an address that a caller composed; HARNESS when it is no http:// or https:// URL. */
function httpUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new VigilError('HARNESS', `${shownUrl(url)} is no HTTP address`, {
    expected: 'an http:// or https:// URL',
    received: shownUrl(url),
  });
}

/** A request for undici; credentials in the URL become a header. */
export function requestOf(url: string, options: SendOptions): Dispatcher.DispatchOptions {
  const target = httpUrl(url);
  const isJson = options.json !== undefined;
  const body = isJson ? JSON.stringify(options.json) : (options.body ?? null);
  const span = currentSpan();
  const credentials = `${decodedUri(target.username)}:${decodedUri(target.password)}`;
  return {
    origin: target.origin,
    path: target.pathname + target.search,
    method: (options.method ?? (body === null ? 'GET' : 'POST')) as Dispatcher.HttpMethod,
    body,
    headers: {
      ...(isJson && { 'content-type': 'application/json' }),
      ...(credentials !== ':' && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
      ...(span && { traceparent: span.traceparent }),
      ...options.headers,
    },
  };
}

/** Closes the shared connections, so that a process can end at once. */
export async function closeConnections(): Promise<void> {
  const agent = sharedAgent;
  sharedAgent = undefined;
  await agent?.destroy();
}
