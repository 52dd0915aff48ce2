import type { Dispatcher } from 'undici';
import { afterRunning, formatValue, proxyFor, shownUrl, VigilError } from '../../core/index.ts';
import { accessFor } from '../access/access.ts';
import { sendWith } from '../access/credentials.ts';
import { BodyBuffer } from './body.ts';
import { notingExchange } from './exchanges.ts';
import { contractError, excerpt, requestFailure } from './http-failure.ts';
import { agentFor, type HttpAnswer, requestOf, type SendOptions } from './http-request.ts';

export { closeConnections } from '../access/connections.ts';
export type { HttpAnswer, SendOptions } from './http-request.ts';

/** The body of an answer as JSON. */
function jsonOf<T>(where: string, status: number, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw contractError(where, 'JSON', text === '' ? `an empty body (${status})` : `"${excerpt(text)}"`);
  }
}

/**
 * Sends one request, with the credentials that the configuration gives for its address, and reads the whole answer within
 * `timeoutMs` and `maxBytes`; every answer is returned, whatever its status. TARGET_UNREACHABLE or TARGET_CONTRACT name
 * the address and what happened.
 */
export async function send(url: string, options: SendOptions = {}): Promise<HttpAnswer> {
  const access = options.access ?? accessFor(url);
  return notingExchange(url, options, () =>
    access === undefined || access === 'none'
      ? sendOnce(url, options)
      : sendWith(access, url, options, sendOnce),
  );
}

/** By what an address is reached, where it isn't directly: a connection that fails may be that to the proxy. */
function wayTo(socketPath: string | undefined, proxy: string | undefined): string {
  if (socketPath !== undefined) return ` (socket ${socketPath})`;
  return proxy === undefined ? '' : ` (by the proxy ${new URL(proxy).origin})`;
}

/** The request as it stands. */
function sendOnce(url: string, options: SendOptions): Promise<HttpAnswer> {
  const { timeoutMs = 5000, maxBytes = 16 * 1024 ** 2 } = options;
  const proxy = options.socketPath === undefined && URL.canParse(url) ? proxyFor(url) : undefined;
  const where = shownUrl(url) + wayTo(options.socketPath, proxy);
  const answered = shownUrl(url) + wayTo(options.socketPath, undefined);
  const expected = `an HTTP answer within ${formatValue(timeoutMs / 1000, 'seconds')}`;
  return new Promise((resolve, reject) => {
    const request = requestOf(url, options);
    const { dispatcher, own } = agentFor(url, options);
    const body = new BodyBuffer(answered, maxBytes);
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Record<string, string> = {};
    let settled = false;

    const settle = () => {
      settled = true;
      endLimit();
      options.signal?.removeEventListener('abort', abandon);
      void own?.destroy().catch(() => {});
    };
    const fail = (thrown: unknown) => {
      if (settled) return;
      settle();
      const failure = requestFailure(where, expected, thrown);
      reject(failure);
      controller?.abort(failure);
    };
    const endLimit = afterRunning(timeoutMs, () => {
      const limit = formatValue(timeoutMs / 1000, 'seconds');
      const what = status
        ? `answer not complete within ${limit} (${formatValue(body.bytes, 'bytes')} came)`
        : `${controller ? 'no answer' : 'no connection'} within ${limit}`;
      fail(new VigilError('TARGET_UNREACHABLE', `${where}: ${what}`, { where, expected, received: what }));
    });
    const abandon = () =>
      fail(
        new VigilError('TARGET_UNREACHABLE', `${where}: given up before an answer came`, { where, expected }),
      );
    const guarded = (step: () => void) => {
      if (settled) return;
      try {
        step();
      } catch (thrown) {
        fail(thrown);
      }
    };

    options.signal?.addEventListener('abort', abandon, { once: true });
    if (options.signal?.aborted) return abandon();
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
        headers = Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, String(line)]));
        guarded(() => request.method !== 'HEAD' && body.expectLength(headers['content-length']));
      },
      onResponseData: (_controller, chunk) => guarded(() => body.add(chunk)),
      onResponseEnd() {
        const durationMs = performance.now() - startedMs;
        void body.text(headers).then((text) => {
          if (settled) return;
          settle();
          resolve({
            url: answered,
            status,
            headers,
            text,
            durationMs,
            json: <T>() => jsonOf<T>(answered, status, text),
          });
        }, fail);
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });
}
