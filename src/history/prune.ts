import { type Beyond, beyond } from './observed-time.ts';
import type { SeriesLists } from './series-lists.ts';
import type { Store } from './store.ts';

export interface Retention {
  /** How long cycles, slots and journals are kept. */
  retentionMs: number;
  /** How long scraped samples are kept. */
  sampleRetentionMs: number;
}

export interface Pruned {
  /** How many rows were deleted, the rows that hang on a cycle not counted. */
  deleted: number;
  /** Whether there is more: call again, after the loop has had its turn. */
  more: boolean;
}

/** Rows of a batch: a batch is one transaction, and nobody waits long for it. */
const batches = { cycles: 200, rows: 2000 };

const journals = ['transitions', 'notifications', 'deployments', 'rollbacks', 'acknowledgements', 'mutes'];

/**
 * Deletes one batch of everything that is older than its retention, and gives the room back to the disk. Older is what
 * its date says and what was written before the loop had run for that long: a clock that jumps makes nothing old.
 */
export function prune(store: Store, lists: SeriesLists, nowMs: number, keep: Retention): Pruned {
  const old = beyond(store, keep.retentionMs);
  const oldSamples = beyond(store, keep.sampleRetentionMs);
  let more = false;
  const deleteFrom = (table: string, condition: string, limit: number, ...values: number[]): number => {
    const { changes } = store.run(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT ?)`,
      ...values,
      limit,
    );
    more ||= changes === limit;
    return changes;
  };
  const deleteRows = (
    beyondIt: Beyond | undefined,
    table: string,
    condition: string,
    keepMs = keep.retentionMs,
    limit = batches.rows,
  ): number =>
    beyondIt
      ? deleteFrom(table, `${condition} AND rowid <= ?`, limit, nowMs - keepMs, beyondIt.lastRow(table))
      : 0;
  const deleted = store.transaction(() => {
    let count = deleteRows(old, 'cycles', 'started_ms < ?', keep.retentionMs, batches.cycles);
    count += deleteRows(oldSamples, 'scrapes', 'time_ms < ?', keep.sampleRetentionMs);
    count += deleteRows(old, 'violations', 'time_ms < ?');
    for (const table of journals) count += deleteRows(old, table, 'time_ms < ?');
    // A stage that was taken, and an override above all, is told of for ever; there are a few for each deployment.
    count += deleteRows(old, 'decisions', 'last_ms < ? AND taken = 0 AND override_by IS NULL');
    count += deleteRows(old, 'rollback_runs', 'ended_ms < ?');
    count += deleteRows(old, 'maintenance', 'to_ms < ?');
    // These are numbered by their time itself.
    const beforeMs = old ? Math.min(nowMs - keep.retentionMs, old.beforeMs) : Number.MIN_SAFE_INTEGER;
    count += deleteFrom('slots', 'slot_ms < ?', batches.rows, beforeMs);
    count += deleteFrom('gaps', 'to_ms < ?', batches.rows, beforeMs);
    count += deleteFrom('grids', 'end_ms < ?', batches.rows, beforeMs);
    if (old) store.run('DELETE FROM marks WHERE observed_ms < ?', old.markMs);
    // A text goes with the last cycle that needed it.
    const needed = 'coalesce((SELECT min(seq) FROM cycles), 9e15)';
    count += deleteFrom('texts', `last_cycle < ${needed}`, batches.rows);
    if (!more) {
      count += store.run('DELETE FROM layouts WHERE id NOT IN (SELECT layout FROM scrapes)').changes;
    }
    return count;
  });
  lists.forget(); // a list that was deleted may be needed again under another number
  store.exec('PRAGMA incremental_vacuum(2000)');
  store.exec('PRAGMA wal_checkpoint(PASSIVE)');
  return { deleted, more };
}
