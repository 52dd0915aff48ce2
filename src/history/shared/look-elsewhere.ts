import type { Postgres } from '../../clients/index.ts';
import type { Ask } from '../ask.ts';

const held = `UPDATE rollback_runs SET elsewhere = ? WHERE status = 'running' AND elsewhere IS NOT NULL AND shared = ?`;
const ended = `
UPDATE rollback_runs SET status = ?, ended_ms = ?, elsewhere = NULL, detail = coalesce(detail, 'over, according to the ledger'),
  settled_ms = CASE WHEN ? THEN coalesce(settled_ms, ?) ELSE settled_ms END
WHERE status = 'running' AND fence IS NOT NULL AND shared = ?`;

/**
 * Keeps of the rollbacks that run as far as is known here whether a process holds them, and ends those that are over by the
 * ledger. With nobody who leads, a silent process counts as gone later; while `isSilenceKnown` is false, or PostgreSQL has just
 * been started, it may only not have come back to the ledger yet.
 */
export async function lookElsewhere(
  history: Ask,
  { ask }: Postgres,
  { leaseMs, isSilenceKnown }: { leaseMs: number; isSilenceKnown: boolean },
): Promise<void> {
  const open = history(({ store }) =>
    store.all("SELECT DISTINCT shared FROM rollback_runs WHERE status = 'running' AND shared IS NOT NULL"),
  );
  for (const { shared } of open) {
    const id = String(shared);
    const [row] = await ask(
      `SELECT status, is_settled, round(extract(epoch FROM coalesce(ended_at, clock_timestamp())) * 1000)::float AS ended_ms,
         holder IS NOT NULL AND (expires_at > clock_timestamp() - 2 * $2 * interval '1 millisecond'
           OR pg_postmaster_start_time() > clock_timestamp() - $2 * interval '1 millisecond' OR NOT $3::boolean) AS is_held
       FROM vigil.rollbacks WHERE id = $1`,
      id,
      leaseMs,
      isSilenceKnown,
    );
    if (!row) continue;
    history(({ store }) => {
      const endedMs = Number(row.ended_ms);
      const isSettled = Number(row.is_settled === true);
      if (row.status === 'running') store.run(held, row.is_held === true ? 'alive' : 'cut off', id);
      else store.run(ended, String(row.status), endedMs, isSettled, endedMs, id);
    });
  }
}
