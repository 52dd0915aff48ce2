import { closeSync, openSync, readSync } from 'node:fs';
import type { PostgresPlace } from './action.ts';
import type { ActionOf } from './steps/context.ts';

type Server = Pick<PostgresPlace, 'host' | 'port' | 'user'>;

const connection = ({ host, port, user }: Server, database: string): string[] => {
  const server = ['--host', host, '--port', String(port)];
  return ['--no-password', ...server, '--username', user, '--dbname', database];
};

/** psql on a database: no start-up file, quiet, the first error ends it. */
function psql(place: Server, database: string, ...rest: string[]): string[] {
  const strictly = ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1'];
  return ['psql', ...strictly, ...connection(place, database), ...rest];
}

/** One statement, answered as bare rows. */
export const psqlQuery = (place: Server, database: string, sql: string): string[] =>
  psql(place, database, '--tuples-only', '--no-align', '--command', sql);

const custom = 'PGDMP';

/** Whether a dump is pg_dump's own format; a text of SQL otherwise. */
export function isCustomDump(dump: string): boolean {
  const descriptor = openSync(dump, 'r');
  try {
    const bytes = Buffer.alloc(custom.length);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes)) === custom;
  } finally {
    closeSync(descriptor);
  }
}

/** Names are plain (the configuration sees to it), so quotes are all they need. */
const quoted = (name: string): string => `"${name}"`;

/** Makes the database beside, loads the dump, and asks the checks, in this order. */
export function restoreCommands(action: ActionOf<'postgres-restore'>): string[][] {
  const { place, dump, staged, live, checks } = action;
  const { maintenance } = place;
  const load = isCustomDump(dump)
    ? ['pg_restore', '--exit-on-error', '--single-transaction', ...connection(place, staged), dump]
    : psql(place, staged, '--single-transaction', '--file', dump);
  const owner = `(SELECT quote_ident(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = '${live}')`;
  return [
    psql(place, maintenance, '--command', `DROP DATABASE IF EXISTS ${quoted(staged)}`),
    psql(place, maintenance, '--command', `CREATE DATABASE ${quoted(staged)} TEMPLATE template0`),
    load,
    psqlQuery(
      place,
      staged,
      `DO $$ BEGIN EXECUTE 'ALTER DATABASE ${quoted(staged)} OWNER TO ' || ${owner}; END $$`,
    ),
    ...checks.map(({ sql }) => psqlQuery(place, staged, sql)),
  ];
}

type Swap = Pick<ActionOf<'postgres-swap'>, 'place' | 'live' | 'staged' | 'kept'>;

/** Which databases of a swap there are. */
export const psqlNames = ({ place, live, staged, kept }: Swap): string[] =>
  psqlQuery(
    place,
    place.maintenance,
    `SELECT datname FROM pg_database WHERE datname IN ('${live}', '${staged}', '${kept}') ORDER BY datname`,
  );

/** Closes the live database to new sessions, ends the old ones, and renames both in one transaction. */
export function psqlSwap({ place, live, staged, kept }: Swap): string[][] {
  const run = (...statements: string[]) => {
    const commands = statements.flatMap((sql) => ['--command', sql]);
    return psql(place, place.maintenance, '--single-transaction', ...commands);
  };
  return [
    run(`ALTER DATABASE ${quoted(live)} WITH ALLOW_CONNECTIONS false`),
    run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${live}'`),
    run(
      `ALTER DATABASE ${quoted(live)} RENAME TO ${quoted(kept)}`,
      `ALTER DATABASE ${quoted(staged)} RENAME TO ${quoted(live)}`,
      `ALTER DATABASE ${quoted(kept)} WITH ALLOW_CONNECTIONS true`,
    ),
  ];
}

/** Takes a swap back that is not finished: the live database is open again under its name. */
export const psqlReopen = ({ place, live }: Swap): string[] =>
  psql(place, place.maintenance, '--command', `ALTER DATABASE ${quoted(live)} WITH ALLOW_CONNECTIONS true`);

export const psqlDrop = (place: PostgresPlace, database: string): string[] =>
  psql(place, place.maintenance, '--command', `DROP DATABASE IF EXISTS ${quoted(database)}`);
