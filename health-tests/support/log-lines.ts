import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatValue, VigilError } from '../../src/core/index.ts';
import { type LogOffset, LogTail } from './log-tail.ts';

/** Ends by file; a file that isn't there begins at 0. */
export type LogOffsets = Record<string, LogOffset>;

/** Where every log ends now, so that only what is appended later is looked at. */
export async function offsetsOf(files: readonly string[]): Promise<LogOffsets> {
  const offsets: LogOffsets = {};
  for (const file of files) {
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile()) offsets[file] = { bytes: stats.size, inode: stats.ino };
  }
  return offsets;
}

const maxBytesRead = 64 * 1024 ** 2;

export interface LineQuery {
  files: readonly string[];
  /** From `offsetsOf`, before the operation whose line is waited for. */
  fromOffsets: LogOffsets;
  /** Judges one structured line; lines that are no JSON object are passed over. */
  match: (line: Record<string, unknown>) => boolean;
  timeoutMs: number;
  pollMs?: number;
}

export interface FoundLine {
  file: string;
  line: Record<string, unknown>;
  /** From the call until the line was read, in milliseconds. */
  delayMs: number;
}

function structured(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function tooMuch(files: readonly string[]): VigilError {
  const limit = formatValue(maxBytesRead, 'bytes');
  return new VigilError(
    'TARGET_CONTRACT',
    `the logs grew by more than ${limit} while one line was waited for`,
    {
      where: files.join(', '),
      expected: `at most ${limit} of new lines`,
      hint: 'lower the log level',
    },
  );
}

/**
 * Waits until a matching line is appended to one of the logs, reading nothing that was there before `fromOffsets`;
 * `undefined` when the time is over. HARNESS for a log that can't be read, TARGET_CONTRACT past 64 MiB of lines.
 */
export async function waitForLine(query: LineQuery): Promise<FoundLine | undefined> {
  const { files, fromOffsets, match, timeoutMs, pollMs = 25 } = query;
  const startMs = performance.now();
  const tails = files.map((file) => new LogTail(file, fromOffsets[file]));
  let found: FoundLine | undefined;
  let room = maxBytesRead;
  const taker = (file: string) => (text: string) => {
    const line = structured(text);
    if (line && match(line)) found ??= { file, line, delayMs: performance.now() - startMs };
    return found !== undefined;
  };
  try {
    for (;;) {
      for (const tail of tails) {
        room -= await tail.read(taker(tail.file), room);
        if (found) return found;
        if (room <= 0) throw tooMuch(files);
      }
      const leftMs = timeoutMs - (performance.now() - startMs);
      if (leftMs <= 0) break;
      await sleep(Math.min(pollMs, leftMs));
    }
    // A writer that puts the line's end before the next line leaves the last one open.
    for (const tail of tails) if (taker(tail.file)(tail.rest())) break;
    return found;
  } finally {
    await Promise.all(tails.map((tail) => tail.close()));
  }
}
