import type { CheckHistory } from '../evidence.ts';
import type { ProbesJudgement } from './judge-probes.ts';

interface JudgedSlot {
  timeMs: number;
  judgement: Pick<ProbesJudgement, 'checks'>;
}

/** What each check came to over the slots of a window; `failedMs` is when it was last seen failing, also between slots. */
export function checkHistoriesOf(
  slots: readonly JudgedSlot[],
  failedMs: ReadonlyMap<string, number>,
): CheckHistory[] {
  const sorted = slots.toSorted((a, b) => a.timeMs - b.timeMs);
  const ids = new Set(sorted.flatMap(({ judgement }) => [...judgement.checks.keys()]));
  return [...ids].sort().map((id) => {
    const said = sorted.flatMap(({ timeMs, judgement }) => {
      const outcome = judgement.checks.get(id) ?? 'skipped';
      return outcome === 'skipped' ? [] : [{ timeMs, outcome }];
    });
    const failed = said.filter(({ outcome }) => outcome === 'fail').length;
    const seenRedMs = failedMs.get(id);
    const redMs = Math.max(
      said.findLast(({ outcome }) => outcome !== 'pass')?.timeMs ?? Number.NEGATIVE_INFINITY,
      seenRedMs ?? Number.NEGATIVE_INFINITY,
    );
    return {
      id,
      title: id,
      cycles: said.length,
      failed: Math.max(failed, seenRedMs === undefined ? 0 : 1),
      judgedMs: said.find(({ outcome }) => outcome === 'pass' || outcome === 'fail')?.timeMs,
      passingMs: said.find(({ outcome, timeMs }) => outcome === 'pass' && timeMs > redMs)?.timeMs,
    };
  });
}
