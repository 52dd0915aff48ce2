import { damaged } from '../history-error.ts';
import type { Store } from '../store.ts';
import { entryBodies, sharedColumns, shareEntry, stageColumns, stepColumns } from './entry.ts';

const quoted = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(', ');

/**
 * Queues a run of a rollback with its stages and steps, as its journal has them now, under the fencing number by which
 * the process that writes carries it out: the journal may have that of another already, which has taken it over.
 */
export function shareRun(store: Store, id: string, isOver: boolean, fence: number | null): void {
  const rowsOf = (table: string, columns: readonly string[]) =>
    store.all(`SELECT ${quoted(columns)} FROM ${table} WHERE run = ?`, id).map((row) => ({ ...row }));
  const body = entryBodies.run.safeParse({
    run: { ...store.get(`SELECT ${quoted(sharedColumns)} FROM rollback_runs WHERE id = ?`, id), fence },
    isOver,
    stages: rowsOf('rollback_stages', stageColumns),
    steps: rowsOf('rollback_steps', stepColumns),
  });
  if (!body.success) throw damaged(store.file, `the journal of the rollback ${id} can’t be shared`);
  shareEntry(store, 'run', body.data, id);
}
