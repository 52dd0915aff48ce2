import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Measurement, messageOf, type ProbeOf, VigilError } from '../../core/index.ts';
import { UnknownOutcome } from '../run/unknown-outcome.ts';
import { measured, type ProbeSurroundings, probeSecret } from './probe-result.ts';

type Pg = typeof import('pg');

/** The driver is the user's own, or ours in the repository: who asks no database needs none. */
async function loadDriver(folder: string): Promise<Pg> {
  for (const place of [path.join(folder, 'package.json'), import.meta.url]) {
    try {
      const file = createRequire(place).resolve('pg');
      const loaded = (await import(pathToFileURL(file).href)) as Pg & { default?: Pg };
      return loaded.default ?? loaded;
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'MODULE_NOT_FOUND') throw thrown;
    }
  }
  throw new VigilError('HARNESS', 'the PostgreSQL driver was not found', {
    where: folder,
    hint: 'npm install --save-dev pg',
  });
}

/** A failure of the connection without what the address may hold. */
function failure(thrown: unknown): Error {
  const { code } = thrown as { code?: string };
  const said = messageOf(thrown) || 'no connection';
  return new Error(`PostgreSQL: ${said}${code && !said.includes(code) ? ` (${code})` : ''}`);
}

/** Asks a PostgreSQL in a read-only transaction: the first value, or the number of rows, must meet its limit. */
export async function probeSql(probe: ProbeOf<'sql'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const { Client } = await loadDriver(around.folder);
  const connectionString = probeSecret(probe.url, 'url');
  const started = performance.now();
  const answer = await around.patiently('PostgreSQL', async () => {
    const client = new Client({
      connectionString,
      connectionTimeoutMillis: probe.timeout,
      query_timeout: probe.timeout,
      statement_timeout: probe.timeout,
      application_name: 'vigil',
    });
    // Without a listener a connection that dies between two queries would end the process.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('BEGIN READ ONLY');
      return await client.query<unknown[]>({ text: probe.query, rowMode: 'array' });
    } catch (thrown) {
      throw Object.assign(failure(thrown), { code: (thrown as { code?: string }).code });
    } finally {
      await client.end().catch(() => {});
    }
  });
  const seconds = (performance.now() - started) / 1000;
  const { rows } = answer;
  const taken = measured('time to answer', seconds, 'seconds');
  const counted = probe.rows === undefined ? [] : [measured('rows', rows.length, 'count', probe.rows)];
  if (probe.must === undefined) return [...counted, taken];
  const first = rows[0]?.[0];
  if (first === undefined || first === null) {
    if (counted.length > 0) return [...counted, taken];
    throw new UnknownOutcome('the query returned no value');
  }
  // bigint and numeric come as text, so that no digit is lost.
  return [...counted, measured('value of the query', Number(first), 'count', probe.must), taken];
}
