import { expect, test } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { cycle, start } from './cycle.ts';
import { folder, opened } from './folder.ts';
import { preparedBy } from './prepared-by.ts';

/** How SQLite reads the table of cycles for each statement that reads it. */
const plansOf = ({ database }: History, statements: readonly string[]): string[] =>
  statements
    .filter((sql) => /\bcycles\b/.test(sql))
    .flatMap((sql) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => String(detail)),
    )
    .filter((detail) => /\bcycles\b/.test(detail));

test('what the gate asks of all cycles of a window is read from an index, never from the cycles themselves', () => {
  const history = opened(folder());
  for (let index = 0; index < 3; index += 1) history.recordCycle(cycle(start + index));
  const range = { fromMs: start, toMs: start + 1000, targetId: cycle(start).targetId };
  const asked: Record<string, () => unknown> = {
    identities: () => history.identities(range),
    coverage: () => history.coverage(start, start + 1000),
    tally: () => history.tally(start, start + 1000),
    passRate: () => history.passRate(start, start + 1000, range.targetId),
  };
  for (const [name, action] of Object.entries(asked)) {
    const plans = plansOf(history, preparedBy(history.database, action));
    expect(plans.length, name).toBeGreaterThan(0);
    for (const plan of plans) expect(plan, name).toContain('USING COVERING INDEX cycles_by_start');
  }
});
