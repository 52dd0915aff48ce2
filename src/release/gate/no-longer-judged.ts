import { type HistoryReader, type RecordedCycle, sqlText } from '../../history/index.ts';
import type { Window } from './evidence.ts';

/** How many cycles of the window are looked at; all of a window of days would take too long. */
const looks = 32;
/** Of the cycles that failed, the newest: what failed there must not have vanished since. */
const failures = 16;

const numbersOf = (list: unknown): number[] => (typeof list === 'string' ? list.split(',').map(Number) : []);

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
  // As texts: a row for each of many thousand cycles would take most of the time.
  const [row] = reader.query(`SELECT group_concat(seq) AS cycles,
      group_concat(seq) FILTER (WHERE verdict = 'fail') AS failed
    FROM (SELECT seq, verdict FROM cycles WHERE ${within} ORDER BY started_ms)`);
  const cycles = numbersOf(row?.cycles);
  const every = Math.max(1, Math.floor(cycles.length / looks));
  const looked = cycles.filter((_, place) => (place + 1) % every === 0);
  const seen = reader.query(`SELECT DISTINCT checks.name AS id, checks.title AS title
    FROM outcomes JOIN checks ON checks.id = outcomes."check"
    WHERE cycle IN (${[...looked, ...numbersOf(row?.failed).slice(-failures)].join(', ')}) AND outcome <> 3
    ORDER BY checks.name`);
  const judged = new Set(newest.outcomes.filter(({ outcome }) => outcome !== 'skipped').map(({ id }) => id));
  return seen
    .map(({ id, title }) => ({ id: String(id), title: String(title) }))
    .filter(({ id }) => !judged.has(id));
}
