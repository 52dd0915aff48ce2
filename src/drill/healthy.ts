import type { HealthyResult } from './drill-documents.ts';
import { cycleIn, type Suite } from './run-scenario.ts';
import type { Range } from './scenario.ts';

/** Runs cycles on a range without a fault and counts every check that isn't green. */
export async function runHealthy(
  range: Range,
  suite: Suite,
  cycles: number,
  onCycle?: (done: number, red: readonly string[]) => void,
): Promise<HealthyResult> {
  const began = performance.now();
  const red = new Map<string, { times: number; reason: string }>();
  const skipped = new Set<string>();
  let falseCycles = 0;
  let judged = 0;
  for (let done = 1; done <= cycles; done += 1) {
    const { outcomes, problems } = await cycleIn(range, suite);
    const bad = outcomes.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
    const said = [
      ...bad.map(({ id, outcome, reason = '' }) => ({ id, reason: `${outcome}: ${reason}` })),
      ...problems.map((problem) => ({ id: 'the run', reason: problem })),
    ];
    for (const { id, reason } of said) {
      const before = red.get(id);
      red.set(id, { times: (before?.times ?? 0) + 1, reason: before?.reason ?? reason });
    }
    for (const { id, outcome } of outcomes) if (outcome === 'skipped') skipped.add(id);
    judged += outcomes.filter(({ outcome }) => outcome !== 'skipped').length;
    if (bad.length > 0 || problems.length > 0) falseCycles += 1;
    onCycle?.(
      done,
      bad.map(({ id }) => id),
    );
  }
  return {
    cycles,
    falseCycles,
    falseChecks: [...red].map(([id, { times, reason }]) => ({ id, times, reason })),
    judged,
    skipped: [...skipped],
    seconds: (performance.now() - began) / 1000,
  };
}
