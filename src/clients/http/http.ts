import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { formatValue, shownUrl, VigilError } from '../../core/index.ts';
import { accessFor } from '../access/access.ts';
import { sendWith } from '../access/credentials.ts';
import { contractError, excerpt, requestFailure } from './http-failure.ts';
import { agentFor, type HttpAnswer, requestOf, type SendOptions } from './http-request.ts';

export { closeConnections } from '../access/connections.ts';
export type { HttpAnswer, SendOptions } from './http-request.ts';

// Not in this thread: a megabyte may unfold to hundreds.
const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Collects a body up to a limit; what is beyond never gets into memory. */
class BodyBuffer {
  readonly #where: string;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  bytes = 0;

  constructor(where: string, maxBytes: number) {
    this.#where = where;
    this.#maxBytes = maxBytes;
  }

  /** The limit as an error: a body that is longer is a breach of contract, whoever sends it. */
  #tooLong() {
    const limit = formatValue(this.#maxBytes, 'bytes');
    return contractError(this.#where, `a body of at most ${limit}`, `a body over ${limit}`);
  }

  /** Refuses a body that already declares to be too long. */
  expectLength(declared: string | undefined): void {
    if (declared !== undefined && Number(declared) > this.#maxBytes) throw this.#tooLong();
  }

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#maxBytes) throw this.#tooLong();
    this.#chunks.push(chunk);
  }

  /** The text; some proxies compress although nobody asked, so that is undone, under the same limit. */
  async text(encoding: string | undefined): Promise<string> {
    const raw = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (!encoding || encoding === 'identity' || raw.length === 0) return raw.toString('utf8');
    const decode = decoders[encoding.toLowerCase() as keyof typeof decoders];
    if (!decode) throw contractError(this.#where, 'an uncompressed body', `content-encoding ${encoding}`);
    try {
      return (await decode(raw, { maxOutputLength: this.#maxBytes })).toString('utf8');
    } catch (thrown) {
      if ((thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLong();
      throw contractError(this.#where, `a body in ${encoding}`, 'bytes that do not decompress');
    }
  }
}

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
  return access === undefined || access === 'none'
    ? sendOnce(url, options)
    : sendWith(access, url, options, sendOnce);
}

/** The request as it stands. */
function sendOnce(url: string, options: SendOptions): Promise<HttpAnswer> {
  const { timeoutMs = 5000, maxBytes = 16 * 1024 ** 2 } = options;
  const where = shownUrl(url) + (options.socketPath ? ` (socket ${options.socketPath})` : '');
  const expected = `an HTTP answer within ${formatValue(timeoutMs / 1000, 'seconds')}`;
  return new Promise((resolve, reject) => {
    const request = requestOf(url, options);
    const { dispatcher, own } = agentFor(url, options);
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
        headers = Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, String(line)]));
        guarded(() => request.method !== 'HEAD' && body.expectLength(headers['content-length']));
      },
      onResponseData: (_controller, chunk) => guarded(() => body.add(chunk)),
      onResponseEnd() {
        const durationMs = performance.now() - startedMs;
        void body.text(headers['content-encoding']).then((text) => {
          if (settled) return;
          settle();
          resolve({
            url: where,
            status,
            headers,
            text,
            durationMs,
            json: <T>() => jsonOf<T>(where, status, text),
          });
        }, fail);
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });
}
