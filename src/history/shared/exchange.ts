import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AskPostgres, Postgres } from '../../clients/index.ts';
import type { Ask } from '../ask.ts';
import { loadState, saveState } from '../state.ts';
import type { Store } from '../store.ts';
import { applyEntry } from './apply-entry.ts';
import { type EntryBody, isReplaced } from './entry.ts';
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

const insert = `
INSERT INTO vigil.entries AS e (deployment, entry, kind, origin, body) VALUES ($1, $2, $3, $4, $5)
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

/** Writes an entry; `false` for one of a rollback that another process has taken over or ended since. */
async function write(
  ask: AskPostgres,
  deployment: string,
  origin: string,
  waiting: Waiting,
): Promise<boolean> {
  const { entry, kind, body } = waiting;
  if (kind === 'run' && !(await noteRollback(ask, deployment, JSON.parse(body) as EntryBody<'run'>)))
    return false;
  if (kind === 'settled')
    await ask(
      "UPDATE vigil.rollbacks SET is_settled = true WHERE deployment = $1 AND status <> 'running'",
      deployment,
    );
  await ask(inserts[isReplaced(kind) ? 'replacing' : 'once'], deployment, entry, kind, origin, body);
  return true;
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
    for (const one of waiting) {
      if (await write(ask, deployment, origin, one)) continue;
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
  }
}
