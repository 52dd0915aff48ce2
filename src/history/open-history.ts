import type { History, HistoryReader } from './history.ts';
import { openLedger } from './ledger.ts';
import { openDatabase, openDatabaseReadOnly } from './open-database.ts';
import { prune } from './prune.ts';
import { readerOf } from './reader.ts';
import { recordCycle } from './record-cycle.ts';
import { salvage } from './salvage.ts';
import { openSamples } from './samples.ts';
import { openSeriesLists } from './series-lists.ts';
import { beginGrid, beginSlot, endGrid, recordMissed, settleKilled } from './slots.ts';
import { saveState } from './state.ts';
import { openStore, type Store } from './store.ts';
import { openStoredWords } from './stored-words.ts';

const dayMs = 86_400_000;

export interface HistoryOptions {
  /** The database, usually reports/vigil.sqlite. */
  file: string;
  now?: () => Date;
  /** How long cycles, alerts and journals are kept; default 60 days. */
  retentionMs?: number;
  /** How long scraped samples are kept; default 4 days, so that 48 hours can be looked at afterwards. */
  sampleRetentionMs?: number;
  /** Told what a person should know: a database or a file that was set aside. */
  onWarning?: (text: string) => void;
  /** Takes secrets out of what people and other programs give to be kept: releases, notes, reasons, names. */
  redact?: (text: string) => string;
}

function partsOf(store: Store, now: () => Date) {
  const words = openStoredWords(store);
  const lists = openSeriesLists(store, words);
  return { store, words, lists, samples: openSamples(store, words, lists), now };
}

/**
 * Opens the evidence history for the process that records. A damaged database is set aside and a new one
 * begun, which takes over what the JSON files beside it still show; one of an older version is brought forward.
 * @throws HistoryError when it can't be written, is locked, belongs to another program or to a newer Vigil
 */
export function openHistory(options: HistoryOptions): History {
  const { file, now = () => new Date(), onWarning = () => {}, redact = (text) => text } = options;
  const { db, found } = openDatabase(file, { now: now(), onWarning });
  const parts = partsOf(openStore(db, file), now);
  const { store, words, samples, lists } = parts;
  try {
    if (found) {
      const { damage, aside } = found;
      const fate = `kept as ${aside}, a new one is begun`;
      onWarning(`the evidence history was damaged (${damage}); ${fate}; ${salvage(aside, db)}`);
    }
    const killedSlots = settleKilled(store);
    const keep = {
      retentionMs: options.retentionMs ?? 60 * dayMs,
      sampleRetentionMs: options.sampleRetentionMs ?? 4 * dayMs,
    };
    return {
      ...readerOf(parts),
      ...openLedger(store, redact),
      database: db,
      killedSlots,
      transaction: (action) => store.transaction(action),
      beginGrid: (grid) => beginGrid(store, grid),
      endGrid: (endMs) => endGrid(store, endMs),
      begin: (slotMs, cycleId) => beginSlot(store, slotMs, cycleId),
      recordCycle: (cycle) => recordCycle(store, words, cycle),
      recordMissed: (slots) => recordMissed(store, slots),
      recordSamples: (timeMs, scraped, target) => samples.record(timeMs, scraped, target),
      recordStale: (timeMs, targetPrefix) => samples.recordStale(timeMs, targetPrefix),
      saveState: (key, value) => saveState(store, key, value, now().getTime()),
      prune: () => prune(store, lists, now().getTime(), keep),
    };
  } catch (thrown) {
    store.close();
    throw thrown;
  }
}

/**
 * Opens the evidence history for questions only, beside the process that records.
 * @throws HistoryError `missing`, `older`, `newer`, `foreign`, `corrupt`
 */
export function openHistoryReader(options: Pick<HistoryOptions, 'file' | 'now'>): HistoryReader {
  const { file, now = () => new Date() } = options;
  const db = openDatabaseReadOnly(file);
  return readerOf(partsOf(openStore(db, file), now));
}
