import { loadPostgres, postgresFailure } from '../../clients/index.ts';
import { type Measurement, type ProbeOf, VigilError } from '../../core/index.ts';
import { UnknownOutcome } from '../run/unknown-outcome.ts';
import { measured, type ProbeSurroundings, probeSecret } from './probe-result.ts';

/** Asks a PostgreSQL in a read-only transaction: the first value, or the number of rows, must meet its limit. */
export async function probeSql(probe: ProbeOf<'sql'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const driver = await loadPostgres(around.folder);
  if (!driver) {
    throw new VigilError('HARNESS', 'the PostgreSQL driver was not found', {
      where: around.folder,
      hint: 'npm install --save-dev pg',
    });
  }
  const connectionString = probeSecret(probe.url, 'url');
  const started = performance.now();
  const answer = await around.patiently('PostgreSQL', async () => {
    const client = new driver.Client({
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
      throw postgresFailure(thrown);
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
