import { type RowReader, sqlText } from '../../history/index.ts';
import { type Baseline, isNewFailure } from '../../suite/index.ts';
import type { CheckHistory } from './evidence.ts';
import type { Period } from './plan.ts';

interface Row {
  id: string;
  title: string;
  cycles: number;
  judgedMs: number | null;
  passingMs: number | null;
}

/** What each check came to over the cycles of a target in a window; failures that the baseline knows are none. */
export function checkHistories(
  reader: Pick<RowReader, 'query'>,
  targetId: string,
  { fromMs, toMs }: Period,
  baseline: Baseline,
): CheckHistory[] {
  const seen = `seen AS (SELECT "check", outcome, started_ms, reason FROM cycles CROSS JOIN outcomes ON cycle = seq
    WHERE started_ms BETWEEN ${Math.floor(fromMs)} AND ${Math.ceil(toMs)} AND outcome <> 3
      AND target = (SELECT id FROM names WHERE text = ${sqlText(targetId)}))`;
  const rows = reader.query(
    `WITH ${seen}, red AS (SELECT "check", max(started_ms) AS red_ms FROM seen WHERE outcome <> 0 GROUP BY "check")
     SELECT name AS id, title, count(*) AS cycles,
       min(iif(outcome < 2, started_ms, NULL)) AS judgedMs,
       min(iif(outcome = 0 AND started_ms > coalesce(red_ms, -9e15), started_ms, NULL)) AS passingMs
     FROM seen LEFT JOIN red USING ("check") JOIN checks ON checks.id = "check" GROUP BY "check" ORDER BY name`,
  ) as unknown as Row[];
  const failures = reader.query(
    `WITH ${seen} SELECT name AS id, text AS reason FROM seen JOIN checks ON checks.id = "check"
       LEFT JOIN texts ON texts.id = reason WHERE outcome = 1`,
  ) as { id: string; reason: string | null }[];
  const failed = new Map<string, number>();
  for (const { id, reason } of failures) {
    const check = { id, reason: reason ?? undefined, outcome: 'fail' } as const;
    if (isNewFailure(check, baseline)) failed.set(id, (failed.get(id) ?? 0) + 1);
  }
  return rows.map(({ id, title, cycles, judgedMs, passingMs }) => ({
    id,
    title,
    cycles,
    failed: failed.get(id) ?? 0,
    judgedMs: judgedMs ?? undefined,
    passingMs: passingMs ?? undefined,
  }));
}
