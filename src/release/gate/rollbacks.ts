import type { JournalReader, RowReader } from '../../history/index.ts';
import { rollbackRuns } from '../rollback/runs/run.ts';

/** A rollback since the deployment. */
export interface RecordedRollback {
  startedMs: number;
  /** `undefined` while it is under way. */
  endedMs?: number | undefined;
  kind: string;
  status: 'under way' | 'done' | 'not done' | 'aborted';
  /** Whether a person has closed it, who brought the previous release back by hand where the rollback had not. */
  isSettled?: boolean | undefined;
  /** Who or what began it, and why. */
  who?: string | undefined;
  reason?: string | undefined;
  /** What it came to, in a sentence. */
  result?: string | undefined;
  detail: string;
}

/** How a rollback that is over ended, by the journal's words; every other word says that it goes on. */
const endings: Record<string, RecordedRollback['status']> = {
  succeeded: 'done',
  failed: 'not done',
  escalated: 'not done',
  aborted: 'aborted',
};

/** The rollbacks in the journal by their newest entry: an end that was never recorded is none. */
function journaled(reader: JournalReader, deployedMs: number, toMs: number): RecordedRollback[] {
  const found: RecordedRollback[] = [];
  for (const { timeMs, kind, stage, status: word, who, reason } of reader.rollbacks(deployedMs, toMs)) {
    const status = endings[word] ?? 'under way';
    const endedMs = status === 'under way' ? undefined : timeMs;
    const newest = { endedMs, kind, status, who, reason, detail: `${kind}, ${stage}: ${word}` };
    const open = found.at(-1);
    if (open?.status === 'under way' && open.kind === kind) found[found.length - 1] = { ...open, ...newest };
    else found.push({ startedMs: timeMs, ...newest });
  }
  return found;
}

/** The rollbacks that were under way since a deployment and begun until `toMs`, whoever recorded them, the oldest first. */
export function rollbacksSince(
  reader: JournalReader & RowReader,
  deployedMs: number,
  toMs = Number.MAX_SAFE_INTEGER,
): RecordedRollback[] {
  const runs = rollbackRuns(reader, deployedMs, toMs).map((run): RecordedRollback => {
    const stage = run.stages.find(({ status }) => status === 'running')?.name;
    const where = run.status === 'running' && stage ? `, ${stage}` : '';
    return {
      startedMs: run.startedMs,
      endedMs: run.endedMs,
      kind: run.type,
      status: endings[run.status] ?? 'under way',
      isSettled: run.settledMs !== undefined,
      who: run.who,
      reason: run.reason,
      result: run.detail,
      detail: `${run.type}${where}: ${run.reason}`,
    };
  });
  // A run is in the journal too, step by step.
  const kinds = new Set(runs.map(({ kind }) => kind));
  const others = journaled(reader, deployedMs, toMs).filter(({ kind }) => !kinds.has(kind));
  return [...others, ...runs].sort((a, b) => a.startedMs - b.startedMs);
}

/** The rollback that says where the release stands: the newest that was not aborted. */
export const decidingRollback = (rollbacks: readonly RecordedRollback[]): RecordedRollback | undefined =>
  rollbacks.findLast(({ status }) => status !== 'aborted');

/** Whether the previous release is back: by a rollback that succeeded, or by a person who closed one that had not. */
export const isBack = (rollback: RecordedRollback | undefined): rollback is RecordedRollback =>
  rollback !== undefined && (rollback.status === 'done' || rollback.isSettled === true);

/** Whether no instance need say the release: it is being taken away, or was. */
export const isTakenAway = (rollback: RecordedRollback | undefined): boolean =>
  rollback?.status === 'under way' || isBack(rollback);
