import { existsSync } from 'node:fs';
import { VigilError } from '../src/core/index.ts';
import { HistoryError, type HistoryReader, historyFile, openHistoryReader } from '../src/history/index.ts';
import { exitCodes } from './exit-codes.ts';

/** Opens the history of a reports folder for questions; where no loop ever watched there is nothing to ask. */
function readerOf(reports: string): HistoryReader {
  const file = historyFile(reports);
  if (!existsSync(file)) {
    throw new VigilError('USAGE', 'no loop has watched here yet: there is no evidence', {
      where: file,
      hint: 'vigil monitor --loop, or name the folder with --reports',
    });
  }
  return openHistoryReader({ file });
}

/** The history is another program's, or of another version: the wrong file was named, or Vigil is the wrong one. */
function asUsage(thrown: HistoryError): VigilError {
  const { message, where, hint } = thrown;
  return new VigilError('USAGE', message, { ...(where && { where }), ...(hint && { hint }), cause: thrown });
}

const unreadable = ['corrupt', 'busy', 'io', 'refused'];

/**
 * Does what `act` does with the recorded history. Evidence that can't be read, as in a damaged or locked file, lets
 * nothing be said: inconclusive, and no mistake of the caller.
 */
export async function withHistory(
  reports: string,
  nothing: string,
  act: (reader: HistoryReader) => void | Promise<void>,
): Promise<void> {
  try {
    const reader = readerOf(reports);
    try {
      await act(reader);
    } finally {
      reader.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof HistoryError)) throw thrown;
    if (!unreadable.includes(thrown.failure)) throw asUsage(thrown);
    process.stderr.write(`Inconclusive: ${nothing}.\n${thrown.describe()}\n`);
    process.exitCode = exitCodes.inconclusive;
  }
}
