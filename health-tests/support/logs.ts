import { open } from 'node:fs/promises';
import { expandLogs, logSizes } from '../../src/clients/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { offsetsOf, waitForLine } from './log-lines.ts';

export interface GrowthReading {
  bytes: number;
  seconds: number;
  /** Files that were written to. */
  grown: number;
}

/** The target's log files, watched from the beginning of the run. */
export interface LogFiles {
  begin(): Promise<void>;
  /** The same files, of which `line` sees only what is appended from here on. */
  fromNow(): Promise<LogFiles>;
  /** The first line appended since the beginning that matches; `undefined` when none came in time. */
  line(match: (line: Record<string, unknown>) => boolean, timeoutMs: number): ReturnType<typeof waitForLine>;
  /** The services whose lines match, by the line's `service` or else by its file, once there are enough or the time is over. */
  writers(
    match: (line: Record<string, unknown>) => boolean,
    enough: number,
    timeoutMs: number,
  ): Promise<string[]>;
  /** What was appended to all files since the beginning, at most 8 MiB of each file's end. */
  appended(): Promise<string>;
  sizes(): ReturnType<typeof logSizes>;
  /** Bytes by which all files together grew since the beginning, and how many of them did. */
  growth(): Promise<GrowthReading>;
}

const tailLimit = 8 * 1024 ** 2;

async function tailFrom(file: string, offset: number): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(size < offset ? 0 : offset, size - tailLimit);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}

export function openLogs({ target }: RunContext): LogFiles {
  let files: string[] = [];
  let offsets: Awaited<ReturnType<typeof offsetsOf>> | undefined;
  let begunAt = 0;
  const total = async () => (await logSizes(files)).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  let before = 0;
  const writersSince = async (
    fromOffsets: Awaited<ReturnType<typeof offsetsOf>>,
    match: Parameters<LogFiles['writers']>[0],
    enough: number,
    timeoutMs: number,
  ) => {
    const writers = new Set<string>();
    await Promise.all(
      files.map((file) =>
        waitForLine({
          files: [file],
          fromOffsets,
          timeoutMs,
          match: (line) => {
            if (match(line)) writers.add(typeof line.service === 'string' ? line.service : file);
            return writers.size >= enough;
          },
        }),
      ),
    );
    return [...writers];
  };
  const own: LogFiles = {
    async begin() {
      if (offsets) return;
      files = await expandLogs(target.logs ?? []);
      offsets = await offsetsOf(files);
      before = await total();
      begunAt = performance.now();
    },
    async line(match, timeoutMs) {
      return waitForLine({ files, fromOffsets: offsets ?? (await offsetsOf(files)), match, timeoutMs });
    },
    writers: (match, enough, timeoutMs) => writersSince(offsets ?? {}, match, enough, timeoutMs),
    async appended() {
      const texts = await Promise.all(files.map((file) => tailFrom(file, offsets?.[file]?.bytes ?? 0)));
      return texts.join('\n');
    },
    sizes: () => logSizes(files),
    async growth() {
      const sizes = await logSizes(files);
      // A file that is smaller was rotated, so it was written to.
      const grown = sizes.filter(({ file, bytes = 0 }) => bytes !== (offsets?.[file]?.bytes ?? 0));
      return {
        bytes: Math.max(0, (await total()) - before),
        seconds: (performance.now() - begunAt) / 1000,
        grown: grown.length,
      };
    },
    async fromNow() {
      await own.begin();
      const fromOffsets = await offsetsOf(files);
      return {
        ...own,
        line: (match, timeoutMs) => waitForLine({ files, fromOffsets, match, timeoutMs }),
        writers: (match, enough, timeoutMs) => writersSince(fromOffsets, match, enough, timeoutMs),
      };
    },
  };
  return own;
}
