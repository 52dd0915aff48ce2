import { type HistoryReader, type RecordedCycle, sqlText } from '../../history/index.ts';
import type { Period } from './evidence.ts';

/**
 * Checks that earlier cycles of the window judged and the newest one does not: taken out of the suite, or the part that
 * they need is not declared any more.
 */
export function noLongerJudged(
  reader: Pick<HistoryReader, 'query'>,
  newest: Pick<RecordedCycle, 'outcomes' | 'targetId'>,
  { fromMs, toMs }: Period,
): { id: string; title: string }[] {
  const seen = reader.query(`SELECT DISTINCT checks.name AS id, checks.title AS title
    FROM cycles JOIN outcomes ON cycle = seq JOIN checks ON checks.id = outcomes."check"
    WHERE started_ms BETWEEN ${Math.floor(fromMs)} AND ${Math.ceil(toMs)} AND outcome <> 3
      AND target = (SELECT id FROM names WHERE text = ${sqlText(newest.targetId)})
    ORDER BY checks.name`);
  const judged = new Set(newest.outcomes.filter(({ outcome }) => outcome !== 'skipped').map(({ id }) => id));
  return seen
    .map(({ id, title }) => ({ id: String(id), title: String(title) }))
    .filter(({ id }) => !judged.has(id));
}
