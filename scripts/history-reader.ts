import { existsSync } from 'node:fs';
import { VigilError } from '../src/core/index.ts';
import {
  HistoryError,
  type HistoryReader,
  historyFile,
  openHistory,
  openHistoryReader,
} from '../src/history/index.ts';
import { exitCodes } from './exit-codes.ts';

/** Opens a history for questions; one of an older Vigil is brought forward first, which keeps a copy of it. */
export function openForQuestions(file: string): HistoryReader {
  try {
    return openHistoryReader({ file });
  } catch (thrown) {
    if (!(thrown instanceof HistoryError) || thrown.failure !== 'older') throw thrown;
    openHistory({ file, onWarning: (text) => void process.stderr.write(`${text}\n`) }).close();
    return openHistoryReader({ file });
  }
}

/** Opens the history of a reports folder for questions; where no loop ever watched there is nothing to ask. */
function readerOf(reports: string): HistoryReader {
  const file = historyFile(reports);
  const noLoop = new VigilError('USAGE', 'no loop has watched here yet: there is no evidence', {
    where: file,
    hint: 'vigil monitor --loop, or name the folder with --reports',
  });
  if (!existsSync(file)) throw noLoop;
  const reader = openForQuestions(file);
  // Single cycles have no schedule, which is what coverage is counted by; a history without any is a loop's that began.
  if (reader.grids().length > 0 || reader.snapshots(0, 1).length === 0) return reader;
  reader.close();
  throw noLoop;
}

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
    if (!(thrown instanceof HistoryError) || thrown.isUsage) throw thrown;
    process.stderr.write(`Inconclusive: ${nothing}.\n${thrown.describe()}\n`);
    process.exitCode = exitCodes.inconclusive;
  }
}
