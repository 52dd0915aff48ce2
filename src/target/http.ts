import { Agent, type Dispatcher } from 'undici';
import { VigilError } from '../errors.ts';
import { formatValue } from '../units/index.ts';
import { BodyBuffer } from './http-body.ts';
import { contractError, requestFailure } from './http-failure.ts';
import { excerpt, httpUrl, shownUrl } from './url-text.ts';

export interface SendOptions {
  method?: string;
  /** A value that is sent as JSON, with its content type. */
  json?: unknown;
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  /** Limit for everything together: connection, header lines and the whole body. */
  timeoutMs?: number;
  /** Limit of the body; a longer one is an error, not a cut. */
  maxBytes?: number;
  /** A unix socket to speak to instead of the URL's host. */
  socketPath?: string;
  dispatcher?: Dispatcher;
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

const agentOptions = {
  connections: 64,
  pipelining: 1,
  connect: { timeout: 10_000 },
  // Shorter than the idle limit of common servers, so that no request meets a connection just being closed.
  keepAliveTimeout: 1500,
  // The total limit of each request takes their place.
  headersTimeout: 0,
  bodyTimeout: 0,
} satisfies Agent.Options;

let sharedAgent: Agent | undefined;

function agentFor(options: SendOptions): { dispatcher: Dispatcher; own?: Agent } {
  if (options.dispatcher) return { dispatcher: options.dispatcher };
  if (options.socketPath) {
    const own = new Agent({ ...agentOptions, connect: { timeout: 10_000, socketPath: options.socketPath } });
    return { dispatcher: own, own };
  }
  sharedAgent ??= new Agent(agentOptions);
  return { dispatcher: sharedAgent };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function requestOf(target: URL, options: SendOptions): Dispatcher.DispatchOptions {
  const isJson = options.json !== undefined;
  const body = isJson ? JSON.stringify(options.json) : (options.body ?? null);
  const credentials = `${decoded(target.username)}:${decoded(target.password)}`;
  return {
    origin: target.origin,
    path: target.pathname + target.search,
    method: (options.method ?? (body === null ? 'GET' : 'POST')) as Dispatcher.HttpMethod,
    body,
    headers: {
      ...(isJson && { 'content-type': 'application/json' }),
      ...(credentials !== ':' && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
      ...options.headers,
    },
  };
}

function answerOf(
  url: string,
  status: number,
  headers: Record<string, string>,
  text: string,
  durationMs: number,
): HttpAnswer {
  return {
    url,
    status,
    headers,
    text,
    durationMs,
    json<T>() {
      try {
        return JSON.parse(text) as T;
      } catch {
        throw contractError(url, 'JSON', text === '' ? `an empty body (${status})` : `"${excerpt(text)}"`);
      }
    },
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const name in headers) lines[name] = String(headers[name]);
  return lines;
}

/**
 * Sends one request and reads the whole answer within `timeoutMs` and `maxBytes`; every answer is returned, whatever
 * its status. TARGET_UNREACHABLE or TARGET_CONTRACT name the address and what happened.
 */
export function send(url: string, options: SendOptions = {}): Promise<HttpAnswer> {
  const { timeoutMs = 5000, maxBytes = 16 * 1024 ** 2 } = options;
  const where = shownUrl(url) + (options.socketPath ? ` (socket ${options.socketPath})` : '');
  const expected = `an HTTP answer within ${formatValue(timeoutMs / 1000, 'seconds')}`;
  return new Promise((resolve, reject) => {
    const request = requestOf(httpUrl(url), options);
    const { dispatcher, own } = agentFor(options);
    const body = new BodyBuffer(where, maxBytes);
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Record<string, string> = {};
    let settled = false;

    const settle = () => {
      settled = true;
      clearTimeout(timer);
      void own?.destroy().catch(() => {});
    };
    const fail = (thrown: unknown) => {
      if (settled) return;
      settle();
      const failure = requestFailure(where, expected, thrown);
      reject(failure);
      controller?.abort(failure);
    };
    const timer = setTimeout(
      () => {
        const limit = formatValue(timeoutMs / 1000, 'seconds');
        const what = status
          ? `answer not complete within ${limit} (${formatValue(body.bytes, 'bytes')} came)`
          : `${controller ? 'no answer' : 'no connection'} within ${limit}`;
        fail(new VigilError('TARGET_UNREACHABLE', `${where}: ${what}`, { where, expected, received: what }));
      },
      Math.min(timeoutMs, 2 ** 31 - 1),
    );
    const guarded = (step: () => void) => {
      if (settled) return;
      try {
        step();
      } catch (thrown) {
        fail(thrown);
      }
    };

    const startedMs = performance.now();
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        // It waited for a connection until nobody waited for it: it must not be sent any more.
        if (settled) started.abort(new Error('abandoned'));
      },
      onResponseStart(_controller, statusCode, lines) {
        if (statusCode < 200) return;
        status = statusCode;
        headers = flat(lines);
        guarded(() => request.method !== 'HEAD' && body.expectLength(headers['content-length']));
      },
      onResponseData: (_controller, chunk) => guarded(() => body.add(chunk)),
      onResponseEnd() {
        const durationMs = performance.now() - startedMs;
        guarded(() => {
          const text = body.text(headers['content-encoding']);
          settle();
          resolve(answerOf(where, status, headers, text, durationMs));
        });
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });
}

/** Closes the shared connections, so that a process can end at once. */
export async function closeConnections(): Promise<void> {
  const agent = sharedAgent;
  sharedAgent = undefined;
  await agent?.destroy();
}
