import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

/** What a sender did wrong, as an HTTP status and a sentence. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The bytes of a request; past the limit it stops reading but leaves the connection open for the answer. */
function collect(request: IncomingMessage, maxBytes: number, tooLong: Refusal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      reject(tooLong);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => reject(new Refusal(400, 'the request ended early')));
    request.once('error', reject);
  });
}

/** The whole body, unzipped if need be; 413 over `maxBytes` (before or after), 415 for another encoding, 400 for bad gzip. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new Refusal(415, `content-encoding ${encoding} is not supported; send gzip or none`);
  }
  const tooLong = new Refusal(413, `the body is over ${maxBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLong;
  const raw = await collect(request, maxBytes, tooLong);
  if (encoding === 'identity') return raw;
  try {
    return await unzip(raw, { maxOutputLength: maxBytes });
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong;
    throw new Refusal(400, 'the body is not gzip, as its content-encoding says');
  }
}
