import type { DatabaseSync } from 'node:sqlite';
import type { openSamples } from './samples.ts';
import type { SeriesLists } from './series-lists.ts';
import type { Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** What an open history is made of. */
export interface Parts {
  db: DatabaseSync;
  store: Store;
  words: StoredWords;
  lists: SeriesLists;
  samples: ReturnType<typeof openSamples>;
  killedSlots: readonly number[];
}

/** Asks the history that is open now. */
export type Ask = <T>(question: (open: Parts) => T) => T;
