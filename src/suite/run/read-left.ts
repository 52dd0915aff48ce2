import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { messageOf } from '../../core/index.ts';

/** As much as a report may have; whoever writes more is not read. */
const maxBytes = 64 * 1024 * 1024;

/** What a run left in a file: its bytes, or why they were not read; neither when there is no file. */
export interface Left {
  bytes?: Buffer;
  problem?: string;
}

/** File systems keep times to within two seconds at worst (FAT). */
const timeToleranceMs = 2000;

/**
 * Reads what a suite wrote, whatever it put there: neither a pipe nor a device, nothing beyond 64 MiB, and nothing that
 * was there before `sinceMs`, as a link to another folder may bring it.
 */
export function readLeft(file: string, sinceMs = Number.NEGATIVE_INFINITY): Left {
  let descriptor: number | undefined;
  try {
    // Not blocking: who opens a pipe waits for its writer, for ever.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { problem: 'the report is not a regular file' };
    if (Math.min(stats.mtimeMs, stats.ctimeMs) < sinceMs - timeToleranceMs)
      return { problem: 'the report is older than this run' };
    if (stats.size > maxBytes) {
      return { problem: `the report is too large: ${stats.size} bytes, at most ${maxBytes} are read` };
    }
    return { bytes: readFileSync(descriptor) };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return {};
    return { problem: `the report can’t be read: ${messageOf(thrown)}` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
