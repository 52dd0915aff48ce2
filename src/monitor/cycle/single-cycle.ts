import { accessSync, constants, mkdirSync } from 'node:fs';
import { messageOf, VigilError, withFolderLock } from '../../core/index.ts';
import { type History, historyFile, openHistory, type Snapshot } from '../../history/index.ts';
import { addToTotals } from '../metrics/cycle-metrics.ts';
import type { CycleRecord } from './cycle-record.ts';
import { type CycleOptions, runCycle } from './run-cycle.ts';
import { storeCycle } from './store-cycle.ts';
import { type WrittenCycle, writeCycle } from './write-cycle.ts';

export interface SingleCycleOptions {
  reports: string;
  metricsPrefix: string;
  /** How long evidence is kept. */
  retention: number;
}

/** Keeps a cycle that somebody asked for, and knows those before it. */
export interface SingleCycle {
  /** What the newest cycles of a target showed; nothing where the history can't be read. */
  past(targetId: string): Snapshot[];
  /** Records the cycle on demand, which fills no slot of a loop, and writes its files. */
  keep(record: CycleRecord): WrittenCycle;
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // each output says so itself
  }
}

/** Opens the history for as long as each of its two uses takes: the suite and a loop have it meanwhile. */
export function openSingleCycle(options: SingleCycleOptions): SingleCycle {
  const { reports, metricsPrefix, retention } = options;
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const open = () => openHistory({ file: historyFile(reports), retentionMs: retention, onWarning: warn });

  const recordAndWrite = (record: CycleRecord): WrittenCycle => {
    let history: History | undefined;
    let totals = addToTotals({ total: 0, passed: 0, failed: 0, skipped: 0 }, record.signals);
    try {
      history = open();
      totals = storeCycle(history, record, undefined);
    } catch (thrown) {
      warn(`the cycle could not be recorded: ${messageOf(thrown)}`);
    }
    try {
      return writeCycle(record, { reports, metricsPrefix, history, totals });
    } finally {
      history?.close();
    }
  };

  return {
    past(targetId) {
      try {
        const history = open();
        try {
          return history.snapshots(0, 1000, targetId);
        } finally {
          history.close();
        }
      } catch (thrown) {
        if (thrown instanceof VigilError) return []; // recording says why
        throw thrown;
      }
    },
    keep(record) {
      // Of two cycles that end at once the files show both.
      const { files, warnings: unwritten } = isWritable(reports)
        ? withFolderLock(reports, () => recordAndWrite(record), warn)
        : recordAndWrite(record);
      return { files, warnings: [...warnings, ...unwritten] };
    },
  };
}

/** Runs a cycle that somebody asked for, with what those before it showed, and keeps it. */
export async function runSingleCycle(
  options: Omit<CycleOptions, 'snapshots'>,
): Promise<{ record: CycleRecord; written: WrittenCycle }> {
  const { config, context } = options;
  const single = openSingleCycle(config);
  const snapshots = single.past(context.targetId);
  const record = await runCycle({ ...options, snapshots });
  return { record, written: single.keep(record) };
}
