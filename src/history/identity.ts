import {
  type Criteria,
  type CycleIdentity,
  limitsShape,
  releasesShape,
  suitePartsShape,
} from '../suite/index.ts';
import { jsonOf, type NewRow, type Row, type Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** Cycles of one target that followed one another and had one identity; without `identity` nobody recorded it. */
export interface IdentityStretch {
  /** When the first and the last of them started. */
  fromMs: number;
  toMs: number;
  cycles: number;
  identity: CycleIdentity | undefined;
}

function criteriaRow(store: Store, { hash, suite, limits }: Criteria): number {
  const known = store.get('SELECT id FROM criteria WHERE hash = ?', hash);
  return known ? Number(known.id) : store.insert('criteria', { hash, suite, limits }).id;
}

/** The columns of a cycle that say whose evidence it is. */
export function identityColumns(
  store: Store,
  words: StoredWords,
  identity: CycleIdentity | undefined,
): NewRow {
  if (!identity) return {};
  return {
    deployment: words.name(identity.name),
    releases: identity.releases,
    criteria: criteriaRow(store, identity.criteria),
  };
}

/** The identity that these columns hold. */
export function identityOf(store: Store, row: Row): CycleIdentity | undefined {
  const { deployment, releases, criteria } = row;
  if (typeof deployment !== 'number' || typeof criteria !== 'number') return undefined;
  const by = store.get('SELECT hash, suite, limits FROM criteria WHERE id = ?', criteria);
  return {
    name: String(store.get('SELECT text FROM names WHERE id = ?', deployment)?.text),
    releases: jsonOf(store, releasesShape, releases),
    criteria: {
      hash: String(by?.hash),
      suite: jsonOf(store, suitePartsShape, by?.suite),
      limits: jsonOf(store, limitsShape, by?.limits),
    },
  };
}

/** Whose evidence the cycles of a range are, in the order in which they were recorded. */
export function identitiesIn(
  store: Store,
  { fromMs, toMs, targetId }: { fromMs: number; toMs: number; targetId?: string | undefined },
): IdentityStretch[] {
  // What two counts differ by stays the same while one identity follows itself.
  return store
    .all(
      `SELECT deployment, releases, criteria, min(started_ms) AS from_ms, max(started_ms) AS to_ms, count(*) AS n
       FROM (SELECT seq, started_ms, deployment, releases, criteria, row_number() OVER (ORDER BY seq)
           - row_number() OVER (PARTITION BY deployment, releases, criteria ORDER BY seq) AS stretch
         FROM cycles WHERE started_ms BETWEEN ?1 AND ?2
           AND (?3 IS NULL OR target = (SELECT id FROM names WHERE text = ?3)))
       GROUP BY deployment, releases, criteria, stretch ORDER BY min(seq)`,
      fromMs,
      toMs,
      targetId ?? null,
    )
    .map((row) => ({
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      cycles: Number(row.n),
      identity: identityOf(store, row),
    }));
}
