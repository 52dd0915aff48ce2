import type { Ask } from './ask.ts';
import { type Ledger, openLedger } from './ledger.ts';
import {
  type CycleReader,
  cycleReader,
  type JournalReader,
  journalReader,
  type RowReader,
  rowReader,
  type SampleReader,
  type StateReader,
  sampleReader,
  stateReader,
} from './readers.ts';
import { recorderOf } from './recorder.ts';

/** All questions to the evidence; who asks takes only the readers that it needs. */
export interface HistoryReader extends CycleReader, SampleReader, JournalReader, StateReader, RowReader {
  file: string;
  close(): void;
}

/** The evidence history of the process that watches. */
export interface History extends HistoryReader, Ledger, ReturnType<typeof recorderOf> {}

export interface HistoryOptions {
  /** The database, usually reports/vigil.sqlite. */
  file: string;
  now?: () => Date;
  /** How long cycles, alerts and journals are kept; default 60 days. */
  retentionMs?: number;
  /** How long scraped samples are kept; default 4 days, so that 48 hours can be looked at afterwards. */
  sampleRetentionMs?: number;
  /** More samples than this are not read for one question, which is then refused; no limit without it. */
  maxPoints?: number;
  /** Told what a person should know: a database or a file that was set aside. */
  onWarning?: (text: string) => void;
  /** Takes secrets out of what people and other programs give to be kept: releases, notes, reasons, names. */
  redact?: (text: string) => string;
  /** Whether several Vigils share a ledger; what all of them must know then waits to be written there. */
  isShared?: boolean;
}

const dayMs = 86_400_000;
const systemTime = () => new Date();

/** The questions to whatever `ask` asks. */
export const readerOf = (
  ask: Ask,
  { file, now = systemTime, maxPoints }: Pick<HistoryOptions, 'file' | 'now' | 'maxPoints'>,
): HistoryReader => ({
  file,
  ...cycleReader(ask, now),
  ...sampleReader(ask, maxPoints),
  ...journalReader(ask),
  ...stateReader(ask),
  ...rowReader(ask),
  close: () => ask(({ store }) => store.close()),
});

/** The same with all that is written. */
export function historyOf(ask: Ask, options: HistoryOptions): History {
  const { now = systemTime, redact = (text) => text, isShared = false } = options;
  const keep = {
    retentionMs: options.retentionMs ?? 60 * dayMs,
    sampleRetentionMs: options.sampleRetentionMs ?? 4 * dayMs,
  };
  // What was replaced meanwhile is asked for anew: its getters stay getters.
  return Object.assign(
    recorderOf(ask, now, keep),
    readerOf(ask, options),
    openLedger(ask, { redact, isShared, now }),
  );
}
