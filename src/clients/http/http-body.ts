import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { formatValue } from '../../core/index.ts';
import { contractError } from './http-failure.ts';

const decoders = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync };

/** Collects a body up to a limit; what is beyond never gets into memory. */
export class BodyBuffer {
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
  text(encoding: string | undefined): string {
    const raw = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (!encoding || encoding === 'identity' || raw.length === 0) return raw.toString('utf8');
    const decode = decoders[encoding.toLowerCase() as keyof typeof decoders];
    if (!decode) throw contractError(this.#where, 'an uncompressed body', `content-encoding ${encoding}`);
    try {
      return decode(raw, { maxOutputLength: this.#maxBytes }).toString('utf8');
    } catch (thrown) {
      if ((thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLong();
      throw contractError(this.#where, `a body in ${encoding}`, 'bytes that do not decompress');
    }
  }
}
