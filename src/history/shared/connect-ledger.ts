import { readFileSync } from 'node:fs';
import { loadPostgres, openPostgres, type Postgres } from '../../clients/index.ts';
import { givenValue, type LedgerConfig, messageOf, VigilError } from '../../core/index.ts';
import { ledgerVersion, migrateLedger } from './tables.ts';

/** The ledger did not answer; whoever asks goes on without it, or holds. */
export class LedgerUnreachable extends VigilError {
  constructor(cause: unknown) {
    super('TARGET_UNREACHABLE', `the ledger can’t be used: ${messageOf(cause)}`, {
      where: 'ledger.postgres',
      cause,
    });
    this.name = 'LedgerUnreachable';
  }
}

/** How long each statement may take. */
const timeoutMs = 5000;
/** Connecting is three to five questions and answers, and each may be late. */
const connectMs = 10_000;

/** Connections that stay open: over a slow network a new one takes longer than a lease. */
export const keptConnections = 2;

export interface LedgerPlace {
  ledger: LedgerConfig;
  /** Folder from which the driver is looked for: that of the configuration. */
  folder: string;
}

/**
 * The connection to a ledger, its tables brought to this version at the first question. Everything that PostgreSQL or the
 * network refuses is LedgerUnreachable.
 * @throws CONFIG_INVALID where the driver is not installed, or the address or the authority can't be read
 */
export async function connectLedger({ ledger, folder }: LedgerPlace): Promise<Postgres> {
  const driver = await loadPostgres(folder);
  if (!driver) {
    throw new VigilError('CONFIG_INVALID', 'ledger: the PostgreSQL driver pg is not installed', {
      where: folder,
      hint: 'npm install --save-dev pg',
    });
  }
  let ca: string | undefined;
  try {
    ca = ledger.ca === undefined ? undefined : readFileSync(ledger.ca, 'utf8');
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `ledger.ca can’t be read: ${messageOf(thrown)}`);
  }
  const database = openPostgres(driver, {
    address: givenValue(ledger.postgres, 'ledger.postgres'),
    ca,
    connections: ledger.connections,
    kept: keptConnections,
    timeoutMs,
    connectMs,
  });
  let migrating: Promise<void> | undefined;
  const ready = () => {
    migrating ??= migrateLedger(database).catch((thrown) => {
      migrating = undefined;
      throw thrown;
    });
    return migrating;
  };
  const reached = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      await ready();
      return await action();
    } catch (thrown) {
      // What the ledger itself says, as that a rollback is under way, is an answer.
      throw thrown instanceof VigilError || isRefusal(thrown) ? thrown : new LedgerUnreachable(thrown);
    }
  };
  return {
    ask: (sql, ...values) => reached(() => database.ask(sql, ...values)),
    transaction: (action) => reached(() => database.transaction(action)),
    close: database.close,
  };
}

/** A row that a unique constraint refused. */
export const isRefusal = (thrown: unknown): boolean => (thrown as { code?: string }).code === '23505';

/** What the role has no right to; `connectLedger` tells it as unreachable. */
export const isForbidden = (thrown: unknown): boolean =>
  ((thrown as Error).cause as { code?: string } | undefined)?.code === '42501';

const written = ['entries', 'leases', 'rollbacks', 'steps'];

/** Whether a ledger is reached, and what is there, as a person reads it. @throws LedgerUnreachable, CONFIG_INVALID without the rights */
export async function describeLedger(place: LedgerPlace): Promise<string> {
  const database = await connectLedger(place);
  try {
    const [row] = await database.ask(
      `SELECT current_setting('server_version') AS version, current_database() AS name, current_user AS "user",
         ${written.map((table) => `has_table_privilege('vigil.${table}', 'INSERT')`).join(' AND ')} AS may_write,
         coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS is_encrypted`,
    );
    if (row?.may_write !== true)
      throw new VigilError('CONFIG_INVALID', `the role ${row?.user} may not write into the ledger`, {
        where: 'ledger.postgres',
        hint: 'GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA vigil, and USAGE ON ALL SEQUENCES (docs/ledger.md)',
      });
    const how = row?.is_encrypted === true ? 'by TLS' : 'without TLS';
    return `PostgreSQL ${row?.version}, database ${row?.name} as ${row?.user}, ${how}; ledger version ${ledgerVersion}`;
  } finally {
    await database.close();
  }
}
