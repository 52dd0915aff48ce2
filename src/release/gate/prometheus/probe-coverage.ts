import type { RecordedEvidence } from '../evidence.ts';
import type { Period } from '../plan.ts';

type WatchCoverage = RecordedEvidence['coverage'];

/**
 * Coverage of a window by one probe, from the times at which its cycles ended. Cycles come once an interval, those that
 * look again at a failure in between; where the next one came later than one and a half intervals after the one before,
 * the slots between them were missed.
 */
export function coverageByEnds(
  ends: readonly number[],
  { fromMs, toMs }: Period,
  intervalMs: number,
): WatchCoverage {
  const within = ends.filter((endMs) => endMs > fromMs && endMs <= toMs).sort((a, b) => a - b);
  let observed = 0;
  let missed = 0;
  let slotMs = Number.NEGATIVE_INFINITY;
  let largest = { count: 0, endMs: 0 };
  const miss = (betweenMs: number, endMs: number) => {
    const count = betweenMs > 1.5 * intervalMs ? Math.round(betweenMs / intervalMs) - 1 : 0;
    missed += count;
    if (count > 0 && count >= largest.count) largest = { count, endMs };
  };
  for (const endMs of within) {
    // Half an interval after the slot before is a look at the same slot again.
    if (endMs - slotMs < 0.5 * intervalMs) continue;
    miss(endMs - (observed === 0 ? fromMs : slotMs), endMs);
    observed += 1;
    slotMs = endMs;
  }
  miss(toMs - (observed === 0 ? fromMs - intervalMs : slotMs), toMs);
  const due = observed + missed;
  return {
    due,
    observed,
    largestGapMs: largest.count * intervalMs,
    largestGapEndMs: largest.count > 0 ? largest.endMs : undefined,
  };
}

const ratioOf = ({ due, observed }: WatchCoverage): number => (due === 0 ? 0 : observed / due);

/**
 * Coverage by all probes together. A check is covered as well as the `quorum`-th best of the probes that look at it, and
 * all of them no better than the worst covered check: where a shard is dead, what only it runs was not observed. Nothing
 * of the window is covered while checks of the catalogue are looked at by nobody.
 */
export function coverageTogether(
  byProbe: ReadonlyMap<string, WatchCoverage>,
  probesOf: ReadonlyMap<string, readonly string[]>,
  { quorum, catalogueChecks }: { quorum: number; catalogueChecks: number },
  window: Period,
  intervalMs: number,
): WatchCoverage {
  const nothing = coverageByEnds([], window, intervalMs);
  if (catalogueChecks === 0 || probesOf.size < catalogueChecks) return nothing;
  const perCheck = [...probesOf.values()].map((probes) => {
    const covered = probes.map((probe) => byProbe.get(probe) ?? nothing);
    return covered.sort((a, b) => ratioOf(b) - ratioOf(a))[quorum - 1] ?? nothing;
  });
  const worst = perCheck.reduce((a, b) => (ratioOf(b) < ratioOf(a) ? b : a), perCheck[0] ?? nothing);
  const gap = perCheck.reduce((a, b) => (b.largestGapMs > a.largestGapMs ? b : a), worst);
  const { largestGapMs, largestGapEndMs = worst.largestGapEndMs } = gap;
  return { ...worst, largestGapMs, largestGapEndMs };
}
