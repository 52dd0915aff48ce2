import type { HistoryReader, RollbackEntry } from '../history/index.ts';
import type { RollbackEvidence } from './evidence.ts';

/** Words by which an entry says that its rollback is over; every other one says that it goes on. */
const endings: Record<string, RollbackEvidence['status']> = {
  succeeded: 'done',
  failed: 'not done',
  escalated: 'not done',
  aborted: 'aborted',
};

function told({ kind, stage, status }: RollbackEntry): string {
  return `${kind}, ${stage}: ${status}`;
}

/** The rollbacks of a release, by the newest entry of each: an end that was never recorded is none. */
export function rollbacksSince(reader: HistoryReader, deployedMs: number): RollbackEvidence[] {
  const runs: RollbackEvidence[] = [];
  for (const entry of reader.rollbacks(deployedMs, Number.MAX_SAFE_INTEGER)) {
    const status = endings[entry.status] ?? 'under way';
    const open = runs.at(-1);
    if (open?.status === 'under way' && open.kind === entry.kind) {
      runs[runs.length - 1] = { ...open, status, detail: told(entry) };
    } else runs.push({ startedMs: entry.timeMs, kind: entry.kind, status, detail: told(entry) });
  }
  return runs;
}
