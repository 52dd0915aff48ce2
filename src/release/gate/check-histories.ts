import { type RowReader, sqlText } from '../../history/index.ts';
import { type Baseline, isNewFailure } from '../../suite/index.ts';
import { answersOfChecks } from './checked-answers.ts';
import type { CheckHistory } from './evidence.ts';
import type { Period } from './plan.ts';

interface Row {
  id: string;
  title: string;
  judgedMs: number | null;
  passingMs: number | null;
}

/**
 * What each check came to over the cycles of a window; failures that the baseline knows or that are in quarantine are none. First and last outcomes
 * are found by an index, failures are read one by one, and cycles counted only where a check failed and has not passed for
 * `recoveryMs` since: two days hold half a million outcomes. Where cycles of another target lie between, the gate is unknown for that.
 */
export function checkHistories(
  reader: Pick<RowReader, 'query'>,
  targetId: string,
  { fromMs, toMs }: Period,
  baseline: Baseline,
  recoveryMs: number,
): CheckHistory[] {
  const target = `(SELECT id FROM names WHERE text = ${sqlText(targetId)})`;
  const [range] = reader.query(`SELECT min(seq) AS first, max(seq) AS last FROM cycles
    WHERE started_ms BETWEEN ${Math.floor(fromMs)} AND ${Math.ceil(toMs)} AND target = ${target}`);
  const first = Number(range?.first ?? 0);
  const last = Number(range?.last ?? -1);
  const counted = (outcome: number, from = String(first)) =>
    `outcomes WHERE "check" = checks.id AND outcome = ${outcome} AND cycle BETWEEN ${from} AND ${last}`;
  const own = `AND EXISTS (SELECT 1 FROM cycles WHERE seq = cycle AND target = ${target})`;
  const [pass, fail, unknown] = [0, 1, 2].map((outcome) => `${counted(outcome)} ${own}`);
  const green = counted(
    0,
    `max(coalesce(last_fail, ${first - 1}), coalesce(last_unknown, ${first - 1})) + 1`,
  );
  const rows = reader.query(
    `WITH ends AS MATERIALIZED (SELECT id, name, title,
         (SELECT min(cycle) FROM ${pass}) AS first_pass, (SELECT min(cycle) FROM ${fail}) AS first_fail,
         (SELECT max(cycle) FROM ${fail}) AS last_fail, (SELECT max(cycle) FROM ${unknown}) AS last_unknown
       FROM checks)
     SELECT name AS id, title,
       (SELECT started_ms FROM cycles WHERE seq = coalesce(min(first_pass, first_fail), first_pass, first_fail))
         AS judgedMs,
       (SELECT started_ms FROM cycles WHERE seq = (SELECT min(cycle) FROM ${green} ${own})) AS passingMs
     FROM ends AS checks WHERE coalesce(first_pass, first_fail, last_unknown) IS NOT NULL ORDER BY name`,
  ) as unknown as Row[];
  const failures = reader.query(
    `SELECT name AS id, (SELECT text FROM texts WHERE texts.id = reason) AS reason FROM checks CROSS JOIN ${fail}
       AND NOT EXISTS (SELECT 1 FROM quarantined AS q
         WHERE q.cycle = outcomes.cycle AND q.position = outcomes.position)`,
  ) as { id: string; reason: string | null }[];
  const failed = new Map<string, number>();
  const why = new Map<string, string>();
  for (const { id, reason } of failures) {
    const check = { id, reason: reason ?? undefined, outcome: 'fail' } as const;
    if (!isNewFailure(check, baseline)) continue;
    failed.set(id, (failed.get(id) ?? 0) + 1);
    if (reason !== null) why.set(id, reason);
  }
  const isRecovered = ({ passingMs }: Row) => passingMs !== null && toMs - passingMs >= recoveryMs;
  const failing = rows.filter((row) => failed.has(row.id) && !isRecovered(row));
  const cycles = new Map(
    reader
      .query(
        `SELECT name AS id, ${[0, 1, 2].map((outcome) => `(SELECT count(*) FROM ${counted(outcome)})`).join(' + ')} AS cycles
         FROM checks WHERE name IN (${failing.map(({ id }) => sqlText(id)).join(', ')})`,
      )
      .map(({ id, cycles: count }) => [String(id), Number(count)]),
  );
  const answers = answersOfChecks(
    reader,
    failing.map(({ id }) => id),
    first,
    last,
  );
  return rows.map(({ id, title, judgedMs, passingMs }) => ({
    id,
    title,
    answers: answers.get(id),
    cycles: cycles.get(id),
    failed: failed.get(id) ?? 0,
    judgedMs: judgedMs ?? undefined,
    reason: why.get(id),
    passingMs: passingMs ?? undefined,
  }));
}
