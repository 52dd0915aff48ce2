import { once } from 'node:events';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { PoolClient } from 'pg';
import { findPeer, formatDuration, messageOf } from '../core/index.ts';

type Pg = typeof import('pg');

/**
 * The PostgreSQL driver; `undefined` where it is not installed. It is the user's own, or ours in the repository: who
 * asks no database needs none.
 */
export async function loadPostgres(folder: string): Promise<Pg | undefined> {
  const file = findPeer('pg', folder);
  if (file === undefined) return undefined;
  const loaded = (await import(pathToFileURL(file).href)) as Pg & { default?: Pg };
  return loaded.default ?? loaded;
}

/** What the driver throws, without what the address may hold. */
export function postgresFailure(thrown: unknown): Error & { code: string | undefined } {
  const { code } = thrown as { code?: string };
  const said = messageOf(thrown) || 'no connection';
  const text = `PostgreSQL: ${said}${code && !said.includes(code) ? ` (${code})` : ''}`;
  return Object.assign(new Error(text), { code });
}

export type PostgresValue = string | number | boolean | null;
export type PostgresRow = Record<string, unknown>;

/** Asks one question; `$1` stands for the first value. */
export type AskPostgres = (sql: string, ...values: readonly PostgresValue[]) => Promise<PostgresRow[]>;

/** A PostgreSQL with a few connections that are opened when they are needed, and again when they broke. */
export interface Postgres {
  ask: AskPostgres;
  /** Everything that `action` asks is kept, or nothing of it. */
  transaction<T>(action: (ask: AskPostgres) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PostgresOptions {
  address: string;
  /** PEM of the authority that signed the server's certificate. */
  ca?: string | undefined;
  connections: number;
  /** So many of them stay open while nothing is asked; none without it. */
  kept?: number | undefined;
  /** How long each statement may take. */
  timeoutMs: number;
  /** How long connecting may take, which is several questions and answers; as a statement unless it is given. */
  connectMs?: number | undefined;
}

/** How long a server may take to take note that a connection ends. */
const closeMs = 1000;

/** TLS with an authority of one's own: what the address says of it besides would be preferred by the driver. */
function withAuthority({ address, ca }: PostgresOptions) {
  const url = ca === undefined ? null : URL.parse(address);
  if (!url) return { connectionString: address };
  for (const name of ['sslmode', 'sslrootcert', 'ssl']) url.searchParams.delete(name);
  return { connectionString: url.href, ssl: { ca } };
}

/** What is thrown where a server did not answer in time, by what the driver says. */
function unanswered({ timeoutMs, connectMs = timeoutMs }: PostgresOptions) {
  const limits: Record<string, number> = {
    'Query read timeout': timeoutMs,
    'timeout exceeded when trying to connect': connectMs,
    'Connection terminated due to connection timeout': connectMs,
  };
  return (thrown: unknown): Error => {
    const limitMs = limits[(thrown as Error).message];
    if (limitMs === undefined) return postgresFailure(thrown);
    return new Error(`PostgreSQL: no answer within ${formatDuration(limitMs)}`);
  };
}

/** Opens a PostgreSQL; what it throws is said without the address. */
export function openPostgres({ Pool }: Pg, options: PostgresOptions): Postgres {
  const { timeoutMs, connectMs = timeoutMs } = options;
  const failure = unanswered(options);
  const sockets = new Set<Socket>();
  const pool = new Pool({
    ...withAuthority(options),
    stream() {
      const socket = new Socket();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
    max: options.connections,
    min: options.kept ?? 0,
    connectionTimeoutMillis: connectMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: timeoutMs,
    application_name: 'vigil',
    allowExitOnIdle: true,
  });
  // Without a listener a connection that breaks while nobody uses it would end the process.
  pool.on('error', () => {});
  const asking =
    (client: Pick<PoolClient, 'query'>): AskPostgres =>
    async (sql, ...values) => {
      try {
        return (await client.query<PostgresRow>(sql, [...values])).rows;
      } catch (thrown) {
        throw failure(thrown);
      }
    };
  return {
    ask: asking(pool),
    async transaction(action) {
      const client = await pool.connect().catch((thrown) => {
        throw failure(thrown);
      });
      // Not given back to the pool where its transaction may still be open.
      let isBroken = true;
      const onError = () => {};
      client.on('error', onError);
      try {
        const ask = asking(client);
        await ask('BEGIN');
        try {
          const result = await action(ask);
          await ask('COMMIT');
          isBroken = false;
          return result;
        } catch (thrown) {
          await ask('ROLLBACK').then(
            () => {
              isBroken = false;
            },
            () => {},
          );
          throw thrown;
        }
      } finally {
        client.off('error', onError);
        client.release(isBroken);
      }
    },
    async close() {
      // What a server that does not answer leaves open would keep the process alive.
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, closeMs);
      try {
        const closed = [...sockets].map((socket) => once(socket, 'close').catch(() => {}));
        await Promise.all([pool.end(), ...closed]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
