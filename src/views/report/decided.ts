import { z } from 'zod';
import type { Bound, Unit } from '../../core/index.ts';
import type { JournalReader, RowReader, StateReader } from '../../history/index.ts';
import { advisoryRecords, rollbackRuns, shadowRollbacks } from '../../release/index.ts';
import type { Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** What was kept of a decision; a body of another version is shown as far as it goes, none is left out for its form. */
const kept = z
  .object({
    conditions: z
      .array(
        z.object({
          title: z.string().catch('a condition'),
          outcome: z.enum(['pass', 'fail', 'unknown', 'not configured', 'advisory']).catch('unknown'),
          value: z.number().nullable().catch(null),
          unit: z
            .custom<Unit>((unit) => typeof unit === 'string')
            .nullable()
            .catch(null),
          limit: z
            .custom<Bound>((limit) => typeof limit === 'object')
            .nullable()
            .catch(null),
          detail: z.string().catch(''),
        }),
      )
      .catch([]),
    next: z.string().catch(''),
  })
  .catch({ conditions: [], next: '' });

export type Decisions = ReturnType<typeof decisionsOf>;
/** A decision of the gate; `times` is how often the same answer was given to the same question. */
export type Decided = Decisions['decided'][number];

/** What the gate decided and which rollbacks ran within the window. */
export function decisionsOf(
  queries: Queries,
  reader: JournalReader & RowReader & StateReader,
  { journal, fromMs, toMs }: Scope,
) {
  const { listing } = queries.rows(
    'decisions of the gate',
    `SELECT time_ms, from_percent, to_percent, verdict, asked_by, via, override_by, override_reason, times
FROM decisions WHERE ${journal} ORDER BY time_ms, id`,
  );
  const { listing: rollbackListing } = queries.rows(
    'rollbacks under way in the window',
    `SELECT * FROM rollback_runs WHERE started_ms < ${toMs} AND coalesce(ended_ms, 9e15) >= ${fromMs}
ORDER BY started_ms, option`,
  );
  const decided = reader.decisions(fromMs, toMs - 1).map((entry) => {
    const { timeMs: atMs, from, to, verdict, askedBy, via, times, override = null } = entry;
    return { atMs, from, to, verdict, askedBy, via, times, ...kept.parse(entry.body), override };
  });
  return {
    listing,
    decided,
    rollbackListing,
    rollbacks: rollbackRuns(reader, fromMs, toMs - 1),
    shadows: shadowRollbacks(reader, fromMs, toMs - 1),
    advisory: advisoryRecords(reader, fromMs, toMs - 1),
  };
}
