import type { JournalReader, RowReader } from '../../history/index.ts';
import { rollbackRuns } from '../rollback/runs/run.ts';

/** A rollback since the deployment. */
export interface RecordedRollback {
  startedMs: number;
  kind: string;
  status: 'under way' | 'done' | 'not done' | 'aborted';
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
  const runs: RecordedRollback[] = [];
  for (const { timeMs, kind, stage, status: word } of reader.rollbacks(deployedMs, toMs)) {
    const status = endings[word] ?? 'under way';
    const detail = `${kind}, ${stage}: ${word}`;
    const open = runs.at(-1);
    if (open?.status === 'under way' && open.kind === kind)
      runs[runs.length - 1] = { ...open, status, detail };
    else runs.push({ startedMs: timeMs, kind, status, detail });
  }
  return runs;
}

/** The rollbacks that were under way since a deployment and begun until `toMs`, whoever recorded them. */
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
      kind: run.type,
      status: endings[run.status] ?? 'under way',
      detail: `${run.type}${where}: ${run.reason}`,
    };
  });
  return [...journaled(reader, deployedMs, toMs), ...runs].sort((a, b) => a.startedMs - b.startedMs);
}
