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

const columns = 'deployment, releases, criteria';
const within = `FROM cycles WHERE started_ms BETWEEN ?1 AND ?2
  AND (?3 IS NULL OR target = (SELECT id FROM names WHERE text = ?3))`;
const select = (from: string, by: string) => `SELECT ${columns}, min(started_ms) AS from_ms,
  max(started_ms) AS to_ms, count(*) AS n, min(seq) AS first, max(seq) AS last ${from} GROUP BY ${by} ORDER BY first`;

// What two counts differ by stays the same while one identity follows itself.
const inTurn = select(
  `FROM (SELECT seq, started_ms, ${columns}, row_number() OVER (ORDER BY seq) - row_number() OVER (PARTITION BY ${columns} ORDER BY seq) AS stretch ${within})`,
  `${columns}, stretch`,
);

/** Whose evidence the cycles of a range are, in the order in which they were recorded. */
export function identitiesIn(
  store: Store,
  { fromMs, toMs, targetId = null }: { fromMs: number; toMs: number; targetId?: string | null | undefined },
): IdentityStretch[] {
  const once = store.all(select(within, columns), fromMs, toMs, targetId);
  // Hardly ever does one come back after another.
  const isOnce = once.every(({ first }, index) => Number(first) > Number(once[index - 1]?.last ?? -1));
  return (isOnce ? once : store.all(inTurn, fromMs, toMs, targetId)).map((row) => ({
    fromMs: Number(row.from_ms),
    toMs: Number(row.to_ms),
    cycles: Number(row.n),
    identity: identityOf(store, row),
  }));
}
