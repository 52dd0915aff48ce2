import { Agent, type Dispatcher } from 'undici';
import { decodedUri, shownUrl, VigilError } from '../../core/index.ts';
import type { Access } from '../access/access.ts';
import { type AgentLimits, agentOptions, connectionsFor } from '../access/connections.ts';
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
  /** How it is asked, where that isn't known by its address; `none` for one that is asked as by a stranger. */
  access?: Access | 'none' | undefined;
  /** Connections that only requests with the same limits share. */
  connections?: AgentLimits;
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

/** For a unix socket its own connections, which end with the request. */
const ofSocket = (socketPath: string): Agent =>
  new Agent({ ...agentOptions, connections: 64, connect: { timeout: 10_000, socketPath } });

/** The connections for a request: shared, or for a unix socket its own, which end with it. */
export function agentFor(url: string, options: SendOptions): { dispatcher: Dispatcher; own?: Agent } {
  if (options.socketPath) {
    const own = ofSocket(options.socketPath);
    return { dispatcher: own, own };
  }
  const limits = options.connections ?? { connections: 64, timeoutMs: 10_000 };
  return { dispatcher: connectionsFor(url, options.access === 'none' ? undefined : options.access, limits) };
}

/** Parses an address that a caller composed; HARNESS when it is no http:// or https:// URL. */
function httpUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new VigilError('HARNESS', `${shownUrl(url)} is not an HTTP address`, {
    expected: 'an http:// or https:// URL',
    received: shownUrl(url),
  });
}

/** By these a service can tell what Vigil asks from what its users do, and count it under a label of its own. */
const marks = { 'user-agent': 'vigil', 'x-vigil': '1', baggage: 'vigil=1' };

/** The marks without those that a request says otherwise. */
function ownMarks(headers: Record<string, string> = {}): Record<string, string> {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(marks).filter(([name]) => !given.has(name)));
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
      ...ownMarks(options.headers),
      ...options.headers,
    },
  };
}
