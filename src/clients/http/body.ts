import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { formatValue } from '../../core/index.ts';
import { contractError } from './http-failure.ts';

type Decode = (bytes: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>;

const inflated = promisify(inflate);
const inflatedRaw = promisify(inflateRaw);

// Not in this thread: a megabyte may unfold to hundreds.
const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // Some servers send deflate without the header of zlib, which says 8 as its method.
  deflate: (bytes, limits) => ((bytes[0] ?? 0) % 16 === 8 ? inflated : inflatedRaw)(bytes, limits),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** The codings of a body in the order in which they were applied. */
const codingsOf = (header = ''): string[] =>
  header
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');

/** The charset that a content type names, or a byte order mark; UTF-8 where nothing is said. */
function charsetOf(bytes: Buffer, contentType = ''): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'utf-16le';
  if (mark === 'feff') return 'utf-16be';
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
}

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

  /** Undoes one coding, under the same limit: some proxies compress although nobody asked. */
  async #decoded(bytes: Buffer, coding: string): Promise<Buffer> {
    const decode = decoders[coding];
    if (!decode) throw contractError(this.#where, 'an uncompressed body', `content-encoding ${coding}`);
    try {
      return await decode(bytes, { maxOutputLength: this.#maxBytes });
    } catch (thrown) {
      if ((thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLong();
      throw contractError(this.#where, `a body in ${coding}`, 'bytes that do not decompress');
    }
  }

  /** The text by what its header lines say of its coding and its charset; a byte order mark is no part of it. */
  async text(headers: Readonly<Record<string, string>>): Promise<string> {
    let bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (bytes.length === 0) return '';
    for (const coding of codingsOf(headers['content-encoding']).reverse())
      bytes = await this.#decoded(bytes, coding);
    const charset = charsetOf(bytes, headers['content-type']);
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      throw contractError(this.#where, 'a charset that is known', `charset ${charset}`);
    }
  }
}
