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

/** Deletes one batch of everything that is older than its retention, and gives the room back to the disk. */
export function prune(store: Store, lists: SeriesLists, nowMs: number, keep: Retention): Pruned {
  const oldestMs = nowMs - keep.retentionMs;
  let more = false;
  const deleteFrom = (table: string, condition: string, beforeMs: number, limit: number): number => {
    const { changes } = store.run(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT ?)`,
      beforeMs,
      limit,
    );
    more ||= changes === limit;
    return changes;
  };
  const deleted = store.transaction(() => {
    let count = deleteFrom('cycles', 'started_ms < ?', oldestMs, batches.cycles);
    count += deleteFrom('scrapes', 'time_ms < ?', nowMs - keep.sampleRetentionMs, batches.rows);
    count += deleteFrom('slots', 'slot_ms < ?', oldestMs, batches.rows);
    count += deleteFrom('violations', 'time_ms < ?', oldestMs, batches.rows);
    for (const table of journals) count += deleteFrom(table, 'time_ms < ?', oldestMs, batches.rows);
    // A stage that was taken, and an override above all, is told of for ever; there are a few for each deployment.
    const plain = 'last_ms < ? AND taken = 0 AND override_by IS NULL';
    count += deleteFrom('decisions', plain, oldestMs, batches.rows);
    count += deleteFrom('rollback_runs', 'ended_ms < ?', oldestMs, batches.rows);
    count += deleteFrom('maintenance', 'to_ms < ?', oldestMs, batches.rows);
    count += deleteFrom('grids', 'end_ms < ?', oldestMs, batches.rows);
    // A text goes with the last cycle that needed it.
    const needed = 'coalesce((SELECT min(seq) FROM cycles), 9e15)';
    count += deleteFrom('texts', `? IS NOT NULL AND last_cycle < ${needed}`, 0, batches.rows);
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
