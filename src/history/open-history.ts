import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isHeldElsewhere } from '../core/index.ts';
import type { Parts } from './ask.ts';
import { type History, type HistoryOptions, type HistoryReader, historyOf, readerOf } from './history.ts';
import { loopLockFile } from './history-file.ts';
import { openDatabase, openDatabaseReadOnly } from './open-database.ts';
import { salvage } from './salvage.ts';
import { openSamples } from './samples.ts';
import { openSeriesLists } from './series-lists.ts';
import { settleKilled } from './slots.ts';
import { openStore } from './store.ts';
import { openStoredWords } from './stored-words.ts';

function partsOf(db: DatabaseSync, file: string): Parts {
  const store = openStore(db, file);
  const words = openStoredWords(store);
  const lists = openSeriesLists(store, words);
  return { db, store, words, lists, samples: openSamples(store, words, lists), killedSlots: [] };
}

/** Opens what a history is made of, for the process that records. */
export function openForRecording({
  file,
  now = () => new Date(),
  onWarning = () => {},
}: HistoryOptions): Parts {
  const { db, found } = openDatabase(file, { now: now(), onWarning });
  const parts = partsOf(db, file);
  try {
    if (found) {
      const { damage, aside } = found;
      const fate = `kept as ${aside}, a new one is begun`;
      onWarning(`the evidence history was damaged (${damage}); ${fate}; ${salvage(aside, db)}`);
    }
    // A loop that runs, perhaps in another container, knows which slot it has in flight.
    const isWatched = isHeldElsewhere(loopLockFile(path.dirname(file)));
    return { ...parts, killedSlots: isWatched ? [] : settleKilled(parts.store) };
  } catch (thrown) {
    parts.store.close();
    throw thrown;
  }
}

/**
 * Opens the evidence history for the process that records. A damaged database is set aside and a new one
 * begun, which takes over what the JSON files beside it still show; one of an older version is brought forward.
 * @throws HistoryError when it can't be written, is locked, belongs to another program or to a newer Vigil
 */
export function openHistory(options: HistoryOptions): History {
  const parts = openForRecording(options);
  return historyOf((question) => question(parts), options);
}

/**
 * Opens the evidence history for questions only, beside the process that records.
 * @throws HistoryError `missing`, `older`, `newer`, `foreign`, `corrupt`
 */
export function openHistoryReader(options: Pick<HistoryOptions, 'file' | 'now'>): HistoryReader {
  const parts = partsOf(openDatabaseReadOnly(options.file), options.file);
  return readerOf((question) => question(parts), options);
}
