import os from 'node:os';
import type { AskPostgres, Postgres } from '../../clients/index.ts';
import { VigilError } from '../../core/index.ts';
import { isRefusal } from './connect-ledger.ts';
import type { EntryBody } from './entry.ts';

/** A rollback as the ledger has it: all options of one plan. */
export interface SharedRollback {
  id: string;
  deployment: string;
  type: string;
  reason: string;
  who: string;
  isAutomatic: boolean;
  /** The deployment that it takes back. */
  deployedMs: number | undefined;
}

/** The right to carry a rollback out, until another takes it. */
export interface RollbackHold {
  rollback: string;
  fence: number;
}

/** Another process has taken the rollback over, or it is over: nothing more may be done. */
export class FencedOff extends Error {
  /** @param found what the ledger says of it, as a clause */
  constructor({ fence }: RollbackHold, found: string) {
    super(`${found} (fencing number ${fence} is old): this process does nothing more of it`);
  }
}

/** Why a rollback is no longer that of who holds this hold. */
async function fencedOff({ ask }: Postgres, hold: RollbackHold): Promise<FencedOff> {
  const [row] = await ask('SELECT status, place, holder FROM vigil.rollbacks WHERE id = $1', hold.rollback);
  if (!row) return new FencedOff(hold, 'this rollback is no longer in the ledger');
  if (row.status !== 'running')
    return new FencedOff(hold, `another process has ended this rollback on ${row.place}: ${row.status}`);
  return row.holder === null
    ? new FencedOff(hold, 'the leader has cut this rollback off, because its process was silent')
    : new FencedOff(hold, `another process has taken this rollback over on ${row.place}`);
}

const values = `$2, $3, $4, $5, $6, $7::boolean, $8::bigint, $9, $10, 1, clock_timestamp() + $11 * interval '1 millisecond', 'running'`;
const columns =
  'id, deployment, type, reason, who, is_automatic, deployed_ms, place, holder, fence, expires_at, status, is_outside';

const clock = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** The rollback that stands in the way of another, in words. */
async function inTheWay({ ask }: Postgres, { deployment, deployedMs }: SharedRollback): Promise<VigilError> {
  const [row] = await ask(
    `SELECT * FROM vigil.rollbacks WHERE deployment = $1 AND NOT is_outside
       AND (status = 'running' OR (is_automatic AND NOT is_settled AND deployed_ms = $2))
     ORDER BY (status = 'running') DESC, started_at DESC LIMIT 1`,
    deployment,
    deployedMs ?? null,
  );
  const what = row
    ? `${row.type} rollback of ${clock(row.started_at)} by ${row.who} on ${row.place}: ${row.reason}`
    : 'it has just ended';
  return row && row.status !== 'running'
    ? new VigilError('USAGE', `this deployment was rolled back already: ${what}`, {
        received: String(row.status),
        hint: 'see its result; vigil rollback --settle opens the way for another automatic one',
      })
    : new VigilError('USAGE', `another rollback is under way: ${what}`, {
        hint: 'vigil rollback --abort ends it, also from here',
      });
}

/** Closes a rollback whose process died before it wrote anything of it down: nothing was done, and nobody could go on with it. */
const closeUnbegun = ({ ask }: Postgres, deployment: string) =>
  ask(
    `UPDATE vigil.rollbacks AS r SET status = 'failed', is_settled = true, holder = NULL, ended_at = clock_timestamp()
     WHERE deployment = $1 AND status = 'running' AND expires_at < clock_timestamp()
       AND NOT EXISTS (SELECT 1 FROM vigil.steps WHERE rollback = r.id)
       AND NOT EXISTS (SELECT 1 FROM vigil.entries WHERE deployment = $1 AND entry = 'run:' || r.id)`,
    deployment,
  );

/**
 * Writes a rollback into the ledger before its first step: of several that begin at once one does.
 * @throws USAGE naming the rollback that is there already, or where `leaderFence` leads no more
 */
export async function beginRollback(
  database: Postgres,
  rollback: SharedRollback,
  { leaderFence, holder, leaseMs }: { leaderFence: number | undefined; holder: string; leaseMs: number },
): Promise<RollbackHold> {
  const { id, deployment, type, reason, who, isAutomatic, deployedMs } = rollback;
  await closeUnbegun(database, deployment);
  try {
    const [row] = await database.ask(
      `INSERT INTO vigil.rollbacks (${columns}) SELECT ${values}, false
       WHERE $1::bigint IS NULL OR EXISTS (
         SELECT 1 FROM vigil.leases WHERE deployment = $3 AND fence = $1 AND expires_at > clock_timestamp())
       RETURNING fence`,
      leaderFence ?? null,
      id,
      deployment,
      type,
      reason,
      who,
      isAutomatic,
      deployedMs === undefined ? null : Math.round(deployedMs),
      os.hostname(),
      holder,
      leaseMs,
    );
    if (row) return { rollback: id, fence: Number(row.fence) };
  } catch (thrown) {
    if (isRefusal(thrown)) throw await inTheWay(database, rollback);
    throw thrown;
  }
  throw new VigilError(
    'USAGE',
    'the loop that asked for this rollback is no longer the leader: nothing was started',
    {
      received: `fencing number ${leaderFence}`,
    },
  );
}

/** Goes on with a rollback whose process is gone. @throws USAGE while a process holds it, or when it is over */
export async function takeRollback(
  { ask }: Postgres,
  rollback: string,
  { holder, leaseMs }: { holder: string; leaseMs: number },
): Promise<RollbackHold> {
  const [row] = await ask(
    `UPDATE vigil.rollbacks SET fence = fence + 1, holder = $2, place = $4,
       expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE id = $1 AND status = 'running' AND (holder IS NULL OR expires_at < clock_timestamp()) RETURNING fence`,
    rollback,
    holder,
    leaseMs,
    os.hostname(),
  );
  if (row) return { rollback, fence: Number(row.fence) };
  throw new VigilError('USAGE', 'a process holds this rollback still, or it is over', {
    hint: 'ask again after the lease of the ledger (ledger.lease)',
  });
}

/** Says that the process lives, and whether the rollback is still its own. @throws FencedOff */
export async function renewRollback(database: Postgres, hold: RollbackHold, leaseMs: number): Promise<void> {
  const renewed = await database.ask(
    `UPDATE vigil.rollbacks SET expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE id = $1 AND fence = $2 AND status = 'running' RETURNING id`,
    hold.rollback,
    hold.fence,
    leaseMs,
  );
  if (renewed.length === 0) throw await fencedOff(database, hold);
}

/** Writes down that a step begins, if the rollback is still this process's own. @throws FencedOff */
export async function beginSharedStep(
  database: Postgres,
  hold: RollbackHold,
  { run, step, leaseMs }: { run: string; step: string; leaseMs: number },
): Promise<void> {
  const begun = await database.ask(
    `WITH own AS (
       UPDATE vigil.rollbacks SET expires_at = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE id = $1 AND fence = $2 AND status = 'running' RETURNING id, fence)
     INSERT INTO vigil.steps (rollback, run, step, fence) SELECT id, $4, $5, fence FROM own RETURNING id`,
    hold.rollback,
    hold.fence,
    leaseMs,
    run,
    step,
  );
  if (begun.length === 0) throw await fencedOff(database, hold);
}

/** Takes rollbacks whose process has been silent for twice its lease away from it, so that it does nothing more. */
export const cutOff = ({ ask }: Postgres, deployment: string, leaseMs: number) =>
  ask(
    `UPDATE vigil.rollbacks SET fence = fence + 1, holder = NULL
     WHERE deployment = $1 AND status = 'running' AND holder IS NOT NULL
       AND expires_at < clock_timestamp() - $2 * interval '1 millisecond'`,
    deployment,
    leaseMs,
  );

/**
 * Notes what a run came to; one that was carried out without the ledger is entered now. Returns whether it is under
 * way and still that of the process that wrote it.
 */
export async function noteRollback(
  ask: AskPostgres,
  deployment: string,
  { run, isOver }: Pick<EntryBody<'run'>, 'run' | 'isOver'>,
): Promise<boolean> {
  const id = run.shared ?? run.id;
  const [known] = await ask('SELECT fence, status FROM vigil.rollbacks WHERE id = $1 FOR UPDATE', id);
  // Who was told to go on without the ledger has no number, and is believed.
  const isTaken = known && (Number(known.fence) > Number(run.fence) || known.status !== 'running');
  if (isTaken && run.fence !== null) return false;
  if (!known)
    await ask(
      `INSERT INTO vigil.rollbacks (${columns}) SELECT ${values}, true WHERE $1::bigint IS NULL`,
      null,
      id,
      deployment,
      run.type,
      run.reason,
      run.who,
      false,
      null,
      os.hostname(),
      null,
      0,
    );
  if (isOver)
    await ask(
      'UPDATE vigil.rollbacks SET status = $2, ended_at = clock_timestamp(), holder = NULL WHERE id = $1',
      id,
      run.status,
    );
  return true;
}
