import { type HistoryReader, type RecordedCycle, sqlText } from '../history/index.ts';
import type { Window } from './evidence.ts';

/** How many cycles of the window are looked at; all of a window of days would take too long. */
const looks = 32;
/** Of the cycles that failed, the newest: what failed there must not have vanished since. */
const failures = 16;

/**
 * Checks that earlier cycles of the window judged and the newest one does not: taken out of the suite, or the part that
 * they need is not declared any more. Looks at cycles over the whole window and at the newest that failed.
 */
export function noLongerJudged(
  reader: Pick<HistoryReader, 'query'>,
  newest: Pick<RecordedCycle, 'outcomes' | 'targetId'>,
  { fromMs, toMs }: Window,
): { id: string; title: string }[] {
  const within = `started_ms BETWEEN ${Math.floor(fromMs)} AND ${Math.ceil(toMs)}
    AND target = (SELECT id FROM names WHERE text = ${sqlText(newest.targetId)})`;
  const [row] = reader.query(`SELECT count(*) AS cycles FROM cycles WHERE ${within}`);
  const every = Math.max(1, Math.floor(Number(row?.cycles ?? 0) / looks));
  const seen = reader.query(`WITH within AS (
      SELECT seq, verdict, row_number() OVER (ORDER BY started_ms) AS place FROM cycles WHERE ${within}),
    looked AS (
      SELECT seq FROM within WHERE place % ${every} = 0
      UNION SELECT seq FROM (SELECT seq FROM within WHERE verdict = 'fail' ORDER BY place DESC LIMIT ${failures}))
    SELECT DISTINCT checks.name AS id, checks.title AS title
    FROM looked JOIN outcomes ON outcomes.cycle = looked.seq JOIN checks ON checks.id = outcomes."check"
    WHERE outcomes.outcome <> 3 ORDER BY checks.name`);
  const judged = new Set(newest.outcomes.filter(({ outcome }) => outcome !== 'skipped').map(({ id }) => id));
  return seen
    .map(({ id, title }) => ({ id: String(id), title: String(title) }))
    .filter(({ id }) => !judged.has(id));
}
