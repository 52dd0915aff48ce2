import { type RecordedCycle, type RowReader, sqlText } from '../../history/index.ts';
import type { Period } from './evidence.ts';

/**
 * Checks that earlier cycles of the window judged and the newest one does not: taken out of the suite, or the part that
 * they need is not declared any more.
 */
export function noLongerJudged(
  reader: Pick<RowReader, 'query'>,
  newest: Pick<RecordedCycle, 'outcomes' | 'targetId'>,
  { fromMs, toMs }: Period,
): { id: string; title: string }[] {
  const seen = reader.query(`SELECT name AS id, title FROM checks WHERE EXISTS (
      SELECT 1 FROM outcomes CROSS JOIN cycles ON seq = cycle
      WHERE outcomes."check" = checks.id AND outcome <> 3
        AND started_ms BETWEEN ${Math.floor(fromMs)} AND ${Math.ceil(toMs)}
        AND target = (SELECT id FROM names WHERE text = ${sqlText(newest.targetId)}))
    ORDER BY name`);
  const judged = new Set(newest.outcomes.filter(({ outcome }) => outcome !== 'skipped').map(({ id }) => id));
  return seen
    .map(({ id, title }) => ({ id: String(id), title: String(title) }))
    .filter(({ id }) => !judged.has(id));
}
