import type { Postgres } from '../../clients/index.ts';
import { formatDuration, mostClockSkewSeconds } from '../../core/index.ts';

/** Who leads a deployment. */
export interface Leader {
  name: string;
  /** Grows with each other process that takes over. */
  fence: number;
  isOurs: boolean;
}

export interface LeaseRequest {
  deployment: string;
  /** This process, unlike every other. */
  holder: string;
  /** What people know it by. */
  name: string;
  leaseMs: number;
}

/**
 * How far this machine's clock is off that of the database, as a sentence; `undefined` where it is right enough. A clock that is
 * further off tells others' times wrong: it must not decide before somebody whose clock is right.
 */
export async function clockFault({ ask }: Postgres): Promise<string | undefined> {
  const askedMs = Date.now();
  const [row] = await ask('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms');
  const aheadMs = (askedMs + Date.now()) / 2 - Number(row?.now_ms);
  if (Math.abs(aheadMs) < mostClockSkewSeconds * 1000) return undefined;
  const off = formatDuration(1000 * Math.round(Math.abs(aheadMs) / 1000));
  return `this machine’s clock is ${off} ${aheadMs > 0 ? 'ahead of' : 'behind'} PostgreSQL’s`;
}

const leaderOf = (row: Record<string, unknown> | undefined, holder: string): Leader | undefined =>
  row && { name: String(row.name), fence: Number(row.fence), isOurs: row.holder === holder };

/**
 * Takes the lease where it is free or ran out longer than `waitMs` ago, and renews it where it is ours; returns who has it
 * then. Only the database's clock counts.
 */
export async function takeLease(
  { ask }: Postgres,
  { deployment, holder, name, leaseMs }: LeaseRequest,
  waitMs = 0,
): Promise<Leader> {
  const [taken] = await ask(
    `INSERT INTO vigil.leases AS l (deployment, fence, holder, name, taken_at, expires_at)
     VALUES ($1, 1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 millisecond')
     ON CONFLICT (deployment) DO UPDATE SET
       fence = l.fence + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END,
       taken_at = CASE WHEN l.holder = excluded.holder THEN l.taken_at ELSE excluded.taken_at END,
       holder = excluded.holder, name = excluded.name, expires_at = excluded.expires_at
     WHERE l.holder = excluded.holder OR l.expires_at < clock_timestamp() - $5 * interval '1 millisecond'
     RETURNING fence, holder, name`,
    deployment,
    holder,
    name,
    leaseMs,
    waitMs,
  );
  const other =
    taken ?? (await ask('SELECT fence, holder, name FROM vigil.leases WHERE deployment = $1', deployment))[0];
  const leader = leaderOf(other, holder);
  if (!leader) throw new Error('the lease is gone');
  return leader;
}

/** Gives the lease back, so that another need not wait for its end. */
export const giveUpLease = ({ ask }: Postgres, { deployment, holder }: LeaseRequest) =>
  ask(
    `UPDATE vigil.leases SET expires_at = clock_timestamp() - interval '1 second' WHERE deployment = $1 AND holder = $2`,
    deployment,
    holder,
  );
