import { existsSync } from 'node:fs';
import { VigilError } from '../src/core/index.ts';
import { HistoryError, type HistoryReader, historyFile, openHistoryReader } from '../src/history/index.ts';

/** Opens the history of a reports folder for questions; where no loop ever watched there is nothing to ask. */
export function readerOf(reports: string): HistoryReader {
  const file = historyFile(reports);
  if (!existsSync(file)) {
    throw new VigilError('USAGE', 'no loop has watched here yet: there is no evidence', {
      where: file,
      hint: 'vigil monitor --loop, or name the folder with --reports',
    });
  }
  return openHistoryReader({ file });
}

/**
 * Whether the evidence itself can't be read, as a damaged or locked file: then nothing can be said, which is
 * inconclusive and no mistake of the caller.
 */
export function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof HistoryError && ['corrupt', 'busy', 'io', 'refused'].includes(thrown.failure);
}

/** The history is another program's, or of another version: the wrong file was named, or Vigil is the wrong one. */
export function asUsage(thrown: unknown): unknown {
  if (!(thrown instanceof HistoryError)) return thrown;
  const { message, where, hint } = thrown;
  return new VigilError('USAGE', message, { ...(where && { where }), ...(hint && { hint }), cause: thrown });
}
