import type { Postgres } from '../../clients/index.ts';

/** Entries of one statement: nobody waits long for it. */
const batch = 1000;

/** Goes by its age alone, as in a history. */
const byAge = ['deployments', 'rollbacks', 'acknowledgements', 'repeated', 'abort', 'settled'];

/** Says the rest: what stays true until something replaces it is kept, as the baseline and a stage that was taken. */
const isOver = `CASE kind
  WHEN 'decision' THEN NOT (body::jsonb->>'isTaken')::boolean AND body::jsonb->'override' IS NULL
  WHEN 'run' THEN (body::jsonb->>'isOver')::boolean
  WHEN 'told' THEN body::jsonb#>>'{event,state}' = 'resolved'
  WHEN 'maintenance' THEN (body::jsonb->>'toMs')::float8 < extract(epoch FROM clock_timestamp())::float8 * 1000 - $2::float8
  ELSE kind IN (${byAge.map((kind) => `'${kind}'`).join(', ')}) END`;

/** Deletes a batch of the entries that a history would not keep any more; whether there may be more. */
export async function pruneEntries(
  { ask }: Postgres,
  deployment: string,
  retentionMs: number,
): Promise<boolean> {
  const deleted = await ask(
    `DELETE FROM vigil.entries WHERE deployment = $1 AND entry IN (
       SELECT entry FROM vigil.entries WHERE deployment = $1
         AND written_at < clock_timestamp() - $2::float8 * interval '1 millisecond' AND ${isOver} LIMIT ${batch})
     RETURNING 1`,
    deployment,
    retentionMs,
  );
  return deleted.length === batch;
}
