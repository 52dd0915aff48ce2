import type { RecordedEvidence } from '../evidence.ts';
import type { Period } from '../plan.ts';

type WatchCoverage = RecordedEvidence['coverage'];

/**
 * Coverage of a window by one probe, from the times at which its cycles ended. Cycles come once an interval, those that
 * look again at a failure in between; where the next one came later than one and a half intervals after the one before,
 * the slots between them were missed. A window into which no cycle of before reaches began without a loop.
 */
export function coverageByEnds(
  ends: readonly number[],
  { fromMs, toMs }: Period,
  intervalMs: number,
): WatchCoverage {
  const within = ends.filter((endMs) => endMs > fromMs && endMs <= toMs).sort((a, b) => a - b);
  const isWatchedBefore = ends.some((endMs) => endMs <= fromMs);
  const beforeMs = Math.max(...ends.filter((endMs) => endMs <= fromMs), fromMs - intervalMs);
  let observed = 0;
  let missed = 0;
  let slotMs: number | undefined = isWatchedBefore ? beforeMs : undefined;
  let largest = { lengthMs: 0, endMs: 0 };
  const miss = (endMs: number) => {
    const betweenMs = endMs - (slotMs ?? fromMs);
    if (betweenMs <= 1.5 * intervalMs) return;
    const count =
      slotMs === undefined ? Math.ceil(betweenMs / intervalMs) : Math.round(betweenMs / intervalMs);
    missed += count - 1;
    const lengthMs = slotMs === undefined ? betweenMs : (count - 1) * intervalMs;
    if (lengthMs >= largest.lengthMs) largest = { lengthMs, endMs };
  };
  for (const endMs of within) {
    // Half an interval after the slot before is a look at the same slot again.
    if (slotMs !== undefined && endMs - slotMs < 0.5 * intervalMs) continue;
    miss(endMs);
    observed += 1;
    slotMs = endMs;
  }
  if (observed === 0) slotMs = fromMs - intervalMs;
  miss(toMs);
  const due = observed + missed;
  return {
    due,
    observed,
    largestGapMs: largest.lengthMs,
    largestGapEndMs: largest.lengthMs > 0 ? largest.endMs : undefined,
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
