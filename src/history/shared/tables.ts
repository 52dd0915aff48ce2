import type { Postgres } from '../../clients/index.ts';
import { VigilError } from '../../core/index.ts';

/**
 * Every version of the ledger's tables, oldest first; a version that was released is never edited. Of `entries` there is
 * one row for each thing that somebody recorded, as JSON; `seq` grows in the order in which they became visible.
 */
const versions: readonly string[] = [
  `
CREATE TABLE vigil.entries (
  deployment text NOT NULL,
  entry text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  origin text NOT NULL,
  body text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (deployment, entry)
);
CREATE UNIQUE INDEX entries_in_order ON vigil.entries (deployment, seq);
CREATE TABLE vigil.leases (
  deployment text PRIMARY KEY,
  fence bigint NOT NULL,
  holder text NOT NULL,
  name text NOT NULL,
  taken_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE TABLE vigil.rollbacks (
  id text PRIMARY KEY,
  deployment text NOT NULL,
  deployed_ms bigint,
  is_automatic boolean NOT NULL,
  is_outside boolean NOT NULL,
  is_settled boolean NOT NULL DEFAULT false,
  status text NOT NULL,
  type text NOT NULL,
  reason text NOT NULL,
  who text NOT NULL,
  place text NOT NULL,
  fence bigint NOT NULL,
  holder text,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE UNIQUE INDEX rollbacks_one_at_a_time ON vigil.rollbacks (deployment)
  WHERE status = 'running' AND NOT is_outside;
CREATE UNIQUE INDEX rollbacks_one_automatic ON vigil.rollbacks (deployment, deployed_ms)
  WHERE is_automatic AND NOT is_settled;
CREATE TABLE vigil.steps (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rollback text NOT NULL REFERENCES vigil.rollbacks,
  run text NOT NULL,
  step text NOT NULL,
  fence bigint NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
`,
];

/** The version of the tables that this Vigil writes. */
export const ledgerVersion = versions.length;

async function versionOf({ ask }: Pick<Postgres, 'ask'>): Promise<number> {
  const [there] = await ask("SELECT to_regclass('vigil.versions') IS NOT NULL AS there");
  if (there?.there !== true) return 0;
  const [row] = await ask('SELECT coalesce(max(version), 0)::int AS version FROM vigil.versions');
  return Number(row?.version);
}

/**
 * Brings the tables to this version, all of it or nothing, one process at a time. Where they are there already nothing is
 * changed and no right to create anything is needed.
 * @throws CONFIG_INVALID of a ledger that a newer Vigil wrote
 */
export async function migrateLedger(database: Postgres): Promise<void> {
  const found = await versionOf(database);
  if (found > ledgerVersion) {
    throw new VigilError(
      'CONFIG_INVALID',
      `the ledger has version ${found}, this Vigil knows ${ledgerVersion}`,
      {
        where: 'ledger.postgres',
        hint: 'run the newer Vigil',
      },
    );
  }
  if (found === ledgerVersion) return;
  await database.transaction(async (ask) => {
    await ask('SELECT pg_advisory_xact_lock(5645145932)');
    const [schema] = await ask("SELECT to_regnamespace('vigil') IS NOT NULL AS there");
    if (schema?.there !== true) await ask('CREATE SCHEMA vigil');
    await ask(
      'CREATE TABLE IF NOT EXISTS vigil.versions (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())',
    );
    const before = await versionOf({ ask });
    for (const [index, sql] of versions.entries()) {
      if (index < before) continue;
      await ask(sql);
      await ask('INSERT INTO vigil.versions (version) VALUES ($1)', index + 1);
    }
  });
}
