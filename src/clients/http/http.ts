import type { Dispatcher } from 'undici';
import { formatValue, shownUrl, VigilError } from '../../core/index.ts';
import { answerOf, flat, type HttpAnswer } from './http-answer.ts';
import { BodyBuffer } from './http-body.ts';
import { requestFailure } from './http-failure.ts';
import { agentFor, requestOf, type SendOptions } from './http-request.ts';
import { httpUrl } from './url-text.ts';

export type { HttpAnswer } from './http-answer.ts';
export { closeConnections, type SendOptions } from './http-request.ts';

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
