import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, VigilError } from '../../src/core/index.ts';

const chunkBytes = 64 * 1024;
const maxLineBytes = 1024 ** 2;

/** Where a log ends now; the inode tells a rotated file from a grown one. */
export interface LogOffset {
  bytes: number;
  inode: number;
}

async function opened(file: string): Promise<FileHandle | undefined> {
  try {
    // Not blocking, so that a pipe in the place of a log doesn't hang.
    return await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ENOENT') return undefined;
    throw new VigilError('HARNESS', `${file} can't be read: ${messageOf(thrown)}`, {
      where: file,
      expected: 'a log that the user of this process may read',
      received: messageOf(thrown),
      cause: thrown,
    });
  }
}

/** The file beside `file` that has this inode: what it was renamed to. */
async function renamed(file: string, inode: number): Promise<string | undefined> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(path.basename(file))) continue;
    const candidate = path.join(folder, name);
    if ((await stat(candidate).catch(() => undefined))?.ino === inode) return candidate;
  }
  return undefined;
}

/** Reads what is appended to one log after an offset, also when it is rotated by renaming or by truncating. */
export class LogTail {
  readonly file: string;
  readonly #buffer = Buffer.allocUnsafe(chunkBytes);
  readonly #start: LogOffset | undefined;
  #handle: FileHandle | undefined;
  #inode = 0;
  #position = 0;
  /** A line whose end has not come yet. */
  #rest = Buffer.alloc(0);

  constructor(file: string, start: LogOffset | undefined) {
    this.file = file;
    this.#start = start;
  }

  /** Hands every new whole line to `take`, until it says so or nothing is left; returns the bytes that were read. */
  async read(take: (line: string) => boolean, maxBytes: number): Promise<number> {
    if (!this.#handle) await this.#openFirst();
    const bytes = await this.#drain(take, maxBytes);
    const current = await stat(this.file).catch(() => undefined);
    if (!this.#handle || !current || current.ino === this.#inode || bytes >= maxBytes) return bytes;
    // Whoever renames may write to the old file until it has opened the new one, but it has: the new one is there.
    const last = await this.#drain(take, maxBytes - bytes);
    await this.close();
    await this.#use(this.file, 0);
    return bytes + last + (await this.#drain(take, maxBytes - bytes - last));
  }

  /** A line whose end never came. */
  rest(): string {
    return this.#rest.toString('utf8');
  }

  async close(): Promise<void> {
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
  }

  async #openFirst(): Promise<void> {
    const start = this.#start;
    const current = await stat(this.file).catch(() => undefined);
    if (!start) return this.#use(this.file, 0);
    if (current?.ino === start.inode) return this.#use(this.file, start.bytes);
    const old = await renamed(this.file, start.inode);
    return this.#use(old ?? this.file, old ? start.bytes : 0);
  }

  async #use(file: string, position: number): Promise<void> {
    const handle = await opened(file);
    const stats = await handle?.stat();
    if (stats && !stats.isFile()) {
      await handle?.close();
      throw new VigilError('HARNESS', `${this.file} is no regular file, so it can't be read as a log`, {
        where: this.file,
        expected: 'a regular file',
      });
    }
    this.#handle = handle;
    this.#inode = stats?.ino ?? 0;
    this.#position = position;
    this.#rest = Buffer.alloc(0);
  }

  async #drain(take: (line: string) => boolean, maxBytes: number): Promise<number> {
    const handle = this.#handle;
    if (!handle) return 0;
    if ((await handle.stat()).size < this.#position) {
      this.#position = 0;
      this.#rest = Buffer.alloc(0);
    }
    let total = 0;
    while (total < maxBytes) {
      const { bytesRead } = await handle.read(this.#buffer, 0, chunkBytes, this.#position);
      if (bytesRead === 0) break;
      total += bytesRead;
      this.#position += bytesRead;
      if (this.#linesWith(this.#buffer.subarray(0, bytesRead)).some(take)) break;
    }
    return total;
  }

  /** The lines that a chunk ends; of one over 1 MiB only the end is left, which is no JSON. */
  #linesWith(chunk: Buffer): string[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf('\n') + 1;
    const isTooLong = bytes.length - end > maxLineBytes;
    this.#rest = isTooLong ? Buffer.alloc(0) : bytes.subarray(end);
    return bytes.toString('utf8', 0, end).split('\n').filter(Boolean);
  }
}
