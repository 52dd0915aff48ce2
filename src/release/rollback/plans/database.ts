import path from 'node:path';
import { givenValue, type RollbackConfig } from '../../../core/index.ts';
import { expectedSha256 } from '../checksum.ts';
import type { Step, TypePlan } from '../plan.ts';
import { psqlQuery, psqlSwap, restoreCommands } from '../postgres.ts';
import type { RollbackProof } from '../proof.ts';
import { sqliteAskCommand, sqliteRestoreCommand } from '../steps/database.ts';
import { type PlanInput, planStep, servicesOf, stagesOf, startSteps, stopSteps } from './common.ts';

type Database = NonNullable<RollbackConfig['database']>;

/** What restores beside, and what swaps. */
function stepsOf(
  database: Database,
  tag: string,
  sha256: string,
  timeoutMs: number,
): Record<'restore' | 'swap', Step> {
  const { dump, checks } = database;
  if (database.engine === 'sqlite') {
    const { file: live } = database;
    const [staged, kept] = [`${live}.vigil-${tag}`, `${live}.before-${tag}`];
    const restore = { kind: 'sqlite-restore', dump, sha256, staged, checks, timeoutMs } as const;
    const swap = { kind: 'sqlite-swap', live, staged, kept } as const;
    const command = sqliteRestoreCommand(dump, staged, checks);
    return {
      restore: planStep('restore', `restores ${dump} into ${staged} and checks it`, restore, [command]),
      swap: planStep('swap', `puts it in the place of ${live}; what was there is kept as ${kept}`, swap),
    };
  }
  const { database: live, host, port, user, password, maintenance } = database;
  const place = { host, port, user, maintenance, ...(password && { password }) };
  const [staged, kept] = [`${live}_vigil_${tag}`, `${live}_before_${tag}`];
  const restore = { kind: 'postgres-restore', place, dump, sha256, staged, live, checks, timeoutMs } as const;
  const swap = { kind: 'postgres-swap', place, live, staged, kept, timeoutMs } as const;
  const restores = `restores ${dump} into the database ${staged} and checks it`;
  const swaps = `renames ${staged} to ${live}; what was there is kept as ${kept}`;
  return {
    restore: planStep('restore', restores, restore, restoreCommands(restore)),
    swap: planStep('swap', swaps, swap, psqlSwap(swap)),
  };
}

/** What the configured query answers on the database that is used, before and after; nothing without one. */
function queryProof(database: Database, config: PlanInput['config']): RollbackProof {
  const { proof } = database;
  const [name, ask] =
    database.engine === 'sqlite'
      ? [database.file, (sql: string) => sqliteAskCommand(database.file, sql)]
      : [`database ${database.database}`, (sql: string) => psqlQuery(database, database.database, sql)];
  return {
    by: 'query',
    urls: servicesOf(config),
    name,
    ...(proof && { command: ask(proof.sql), expected: String(proof.equals) }),
    ...(database.engine === 'postgres' && database.password && { password: database.password }),
  };
}

/** A dump is restored beside the database, checked, and takes its place. */
export function planDatabase(input: PlanInput, database: Database): TypePlan {
  const { config, tag } = input;
  const { dump } = database;
  // A missing secret ends it here, before any traffic is taken away.
  if (database.engine === 'postgres' && database.password)
    givenValue(database.password, 'rollback.database.password');
  const sha256 = expectedSha256(dump, database.sha256);
  const timeoutMs = database.budgets.rollback ?? config.rollback.budgets.rollback;
  const { restore, swap } = stepsOf(database, tag, sha256, timeoutMs);
  const proof = queryProof(database, config);
  return {
    type: 'database',
    from: database.engine === 'sqlite' ? database.file : `database ${database.database}`,
    to: `${path.basename(dump)} (SHA-256 ${sha256.slice(0, 12)}…)`,
    stages: stagesOf('database', input, {
      proof,
      checks: [planStep('dump', `checks the SHA-256 of ${dump}`, { kind: 'check-dump', dump, sha256 })],
      rollback: [restore, ...stopSteps(config), swap, ...startSteps(config, proof)],
    }),
  };
}
