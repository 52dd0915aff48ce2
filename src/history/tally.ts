import type { CycleRange } from './read-cycles.ts';
import type { Store } from './store.ts';

/** Cycles of a range by verdict; `foreign` are those of other targets. */
export interface OutcomeTally {
  pass: number;
  fail: number;
  inconclusive: number;
  foreign: number;
}

/** Counts the cycles of a range. */
export function tallyOf(store: Store, { fromMs, toMs, targetId }: CycleRange): OutcomeTally {
  const own = '(?3 IS NULL OR target = (SELECT id FROM names WHERE text = ?3))';
  const row = store.get(
    `SELECT count(*) FILTER (WHERE ${own} AND verdict = 'pass') AS pass,
       count(*) FILTER (WHERE ${own} AND verdict = 'fail') AS fail,
       count(*) FILTER (WHERE ${own} AND verdict = 'inconclusive') AS inconclusive,
       count(*) AS "all"
     FROM cycles WHERE started_ms BETWEEN ?1 AND ?2`,
    fromMs,
    toMs,
    targetId ?? null,
  );
  const [pass, fail, inconclusive] = [Number(row?.pass), Number(row?.fail), Number(row?.inconclusive)];
  return { pass, fail, inconclusive, foreign: Number(row?.all) - pass - fail - inconclusive };
}
