import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AskPostgres, Postgres } from '../../clients/index.ts';
import { readStored } from '../../core/index.ts';
import type { Ask } from '../ask.ts';
import { loadState, saveState } from '../state.ts';
import type { Store } from '../store.ts';
import { applyEntry } from './apply-entry.ts';
import { entryBodies, isReplaced } from './entry.ts';
import { noteRollback } from './rollback-row.ts';

/** Entries of one turn. */
const batch = 200;

const stateKey = 'ledger';
/** How far the ledger was read, and by which name this history writes there. */
const stateShape = z.object({ origin: z.string(), seq: z.number() });

/** What this history calls itself; a new one begins at the start of the ledger. */
function standOf(store: Store): z.output<typeof stateShape> {
  return loadState(store, stateKey, stateShape) ?? { origin: randomUUID(), seq: 0 };
}

/** Of several entries in their order; `$3` is a JSON array of them. */
const insert = `
INSERT INTO vigil.entries AS e (deployment, entry, kind, origin, body)
SELECT $1, one->>'entry', one->>'kind', $2, one->>'body' FROM json_array_elements($3::json) WITH ORDINALITY AS given (one, place)
ORDER BY place
ON CONFLICT (deployment, entry) DO`;
const inserts = {
  once: `${insert} NOTHING`,
  replacing: `${insert} UPDATE SET body = excluded.body, origin = excluded.origin, written_at = clock_timestamp(),
    seq = DEFAULT`,
};

interface Waiting {
  id: number;
  entry: string;
  kind: string;
  body: string;
}

const waitingIn = (store: Store): Waiting[] =>
  store
    .all('SELECT id, entry, kind, body FROM ledger_outbox ORDER BY id LIMIT ?', batch)
    .map(({ id, entry, kind, body }) => ({
      id: Number(id),
      entry: String(entry),
      kind: String(kind),
      body: String(body),
    }));

/** Writes entries that are `replaced` by a later one of the same name, or written once. */
async function insertAll(
  ask: AskPostgres,
  { deployment, origin }: Writer,
  entries: readonly Waiting[],
): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const given = JSON.stringify(entries.map(({ entry, kind, body }) => ({ entry, kind, body })));
  await ask(inserts[isReplaced(first.kind) ? 'replacing' : 'once'], deployment, origin, given);
}

interface Writer {
  deployment: string;
  /** What this history calls itself in the ledger. */
  origin: string;
}

/** Notes what an entry says of rollbacks; `false` for one that another process has taken over or ended since. */
async function noteIn(ask: AskPostgres, deployment: string, { kind, body }: Waiting): Promise<boolean> {
  if (kind === 'run') {
    const rollback = readStored(entryBodies.run, body);
    return rollback === undefined || noteRollback(ask, deployment, rollback);
  }
  if (kind === 'settled')
    await ask(
      "UPDATE vigil.rollbacks SET is_settled = true WHERE deployment = $1 AND status <> 'running'",
      deployment,
    );
  return true;
}

/**
 * Writes entries in their order, as many as can be with one statement: the answers of a far PostgreSQL take long, and
 * others wait meanwhile. Returns those that were refused.
 */
async function writeAll(ask: AskPostgres, writer: Writer, waiting: readonly Waiting[]): Promise<Waiting[]> {
  const refused: Waiting[] = [];
  let together: Waiting[] = [];
  for (const one of waiting) {
    if (!(await noteIn(ask, writer.deployment, one))) {
      refused.push(one);
      continue;
    }
    const [first] = together;
    if (first && isReplaced(first.kind) !== isReplaced(one.kind)) {
      await insertAll(ask, writer, together);
      together = [];
    }
    together.push(one);
  }
  await insertAll(ask, writer, together);
  return refused;
}

/** Writes a batch of what waits; returns it, and what the ledger holds instead of what it refused. */
const pushBatch = (history: Ask, database: Postgres, deployment: string) =>
  database.transaction(async (ask) => {
    // One writer at a time: entries become visible in the order of their numbers, so that no reader misses one.
    await ask('SELECT pg_advisory_xact_lock(hashtextextended($1, 5645145932))', deployment);
    // Read only now: another process of this history, or another turn, may have written a later state while this one waited.
    const { origin, waiting } = history(({ store }) => {
      const stand = standOf(store);
      // Named before the first entry is written under the name.
      saveState(store, stateKey, stand, Date.now());
      return { origin: stand.origin, waiting: waitingIn(store) };
    });
    const held: { kind: string; body: string }[] = [];
    for (const one of await writeAll(ask, { deployment, origin }, waiting)) {
      const [row] = await ask(
        'SELECT body FROM vigil.entries WHERE deployment = $1 AND entry = $2',
        deployment,
        one.entry,
      );
      if (row) held.push({ kind: one.kind, body: String(row.body) });
    }
    return { waiting, held };
  });

/** Writes what waits here, in its order; each once, however often it is tried. What the ledger refuses is here as there. */
export async function push(history: Ask, database: Postgres, deployment: string): Promise<void> {
  while (history(({ store }) => store.get('SELECT 1 FROM ledger_outbox LIMIT 1') !== undefined)) {
    const { waiting, held } = await pushBatch(history, database, deployment);
    history(({ store }) =>
      store.transaction(() => {
        for (const { id, body } of waiting)
          store.run('DELETE FROM ledger_outbox WHERE id = ? AND body = ?', id, body);
        for (const { kind, body } of held) applyEntry(store, kind, body);
      }),
    );
  }
}

/** Records what others wrote since the last look, each once; returns the kinds that this Vigil does not know. */
export async function pull(history: Ask, database: Postgres, deployment: string): Promise<string[]> {
  const unread = new Set<string>();
  for (;;) {
    const from = history(({ store }) => standOf(store).seq);
    const rows = await database.ask(
      `SELECT seq, kind, origin, body FROM vigil.entries WHERE deployment = $1 AND seq > $2 ORDER BY seq LIMIT ${batch}`,
      deployment,
      from,
    );
    if (rows.length === 0) return [...unread];
    history(({ store }) =>
      store.transaction(() => {
        // Another process may have read further meanwhile.
        const stand = standOf(store);
        const fresh = rows.filter(({ seq }) => Number(seq) > stand.seq);
        for (const { kind, origin, body } of fresh) {
          if (origin !== stand.origin && !applyEntry(store, String(kind), String(body)))
            unread.add(String(kind));
        }
        const last = Number(fresh.at(-1)?.seq ?? stand.seq);
        saveState(store, stateKey, { origin: stand.origin, seq: last }, Date.now());
      }),
    );
    if (rows.length < batch) return [...unread];
  }
}
