import { accessSync, constants, mkdirSync } from 'node:fs';
import { openWitness } from '../../clients/index.ts';
import { messageOf, requireReports, VigilError, withFolderLock } from '../../core/index.ts';
import { type History, historyFile, openHistory, type Snapshot } from '../../history/index.ts';
import { addToTotals } from '../metrics/cycle-metrics.ts';
import { asUnrecorded, type CycleRecord } from './cycle-record.ts';
import { countOwnRequests } from './own-requests.ts';
import { type CycleOptions, runCycle } from './run-cycle.ts';
import { storeCycle } from './store-cycle.ts';
import { type WrittenCycle, writeCycle } from './write-cycle.ts';

/** A cycle on demand, and the files that it left. */
export interface KeptCycle {
  record: CycleRecord;
  written: WrittenCycle;
}

export interface SingleCycleOptions {
  reports: string;
  metricsPrefix: string;
  /** How long evidence is kept. */
  retention: number;
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

/** Opened for as long as each of its two uses takes: the suite and a loop have it meanwhile. */
const opened = ({ reports, retention }: SingleCycleOptions, warnings: string[]): History =>
  openHistory({
    file: historyFile(reports),
    retentionMs: retention,
    onWarning: (text) => void warnings.push(text),
  });

/** What the newest cycles of a target showed; nothing where the history can't be read. */
function pastOf(options: SingleCycleOptions, targetId: string, warnings: string[]): Snapshot[] {
  let history: History | undefined;
  try {
    history = opened(options, warnings);
    return history.snapshots(0, 1000, targetId);
  } catch (thrown) {
    if (thrown instanceof VigilError) return []; // recording says why
    throw thrown;
  } finally {
    history?.close();
  }
}

/** The samples by which a loop records whether each instance of a service answers. */
function recordInstances(history: History, { instances = [], startedAt, durationMs }: CycleRecord): void {
  const endMs = startedAt.getTime() + durationMs;
  for (const [job, all] of Map.groupBy(instances, ({ labels }) => labels.job)) {
    const samples = all.map(({ labels, isUp }) => ({ series: { name: 'up', labels }, value: Number(isUp) }));
    history.recordSamples(endMs, samples, job);
  }
}

function recordAndWrite(record: CycleRecord, options: SingleCycleOptions, warnings: string[]): KeptCycle {
  let history: History | undefined;
  let kept = record;
  let totals = addToTotals({ total: 0, passed: 0, failed: 0, skipped: 0 }, record.signals);
  try {
    history = opened(options, warnings);
    totals = storeCycle(history, record, undefined);
    recordInstances(history, record);
  } catch (thrown) {
    kept = asUnrecorded(record, messageOf(thrown));
  }
  try {
    return { record: kept, written: writeCycle(kept, { ...options, history, totals }) };
  } finally {
    history?.close();
  }
}

/**
 * Records a cycle on demand, which fills no slot of a loop, and writes its files. One that can't be recorded says so among its
 * problems.
 */
export function keepCycle(
  record: CycleRecord,
  options: SingleCycleOptions,
  warnings: string[] = [],
): KeptCycle {
  const write = () => recordAndWrite(record, options, warnings);
  // Of two cycles that end at once the files show both.
  const kept = isWritable(options.reports)
    ? withFolderLock(options.reports, write, (text) => void warnings.push(text))
    : write();
  const { files, warnings: unwritten } = kept.written;
  return { record: kept.record, written: { files, warnings: [...warnings, ...unwritten] } };
}

/**
 * Runs a cycle that somebody asked for, with what those before it showed, and keeps it.
 * @throws CONFIG_INVALID before it begins, where the folder of reports can't be written
 */
export async function runSingleCycle(options: Omit<CycleOptions, 'snapshots'>): Promise<KeptCycle> {
  const { config, context } = options;
  requireReports(config.reports);
  const warnings: string[] = [];
  const snapshots = pastOf(config, context.targetId, warnings);
  const ownRequests = countOwnRequests(context.services);
  try {
    const witness = config.witness && openWitness(config.witness);
    const record = await runCycle({ ...options, ownRequests, witness, snapshots });
    return keepCycle(record, config, warnings);
  } finally {
    ownRequests.close();
  }
}
