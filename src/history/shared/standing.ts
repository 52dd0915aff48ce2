import type { Leader } from './lease.ts';

/** What a Vigil knows of who leads. Without the ledger nobody does: each tells for itself, and nothing is decided alone. */
export type LedgerStanding =
  | { state: 'leading' | 'following'; leader: Leader }
  /**
   * Nothing was heard for a lease, and it was not tried for as long either: it was just started, or it was stopped. Or it
   * leads, and has not read yet what was done before.
   */
  | { state: 'unsure' }
  | { state: 'away'; sinceMs: number; reason: string };

/** A look at a ledger that is away may take longer than a short lease. */
export const longestLookMs = 10_000;

/**
 * What is known of who leads, by clocks that go on while this process is stopped. That the ledger is away is believed when
 * it was for `patienceMs`.
 */
export function standingKeeper(leaseMs: number, patienceMs: number) {
  const gapMs = leaseMs + longestLookMs;
  let heard: { leader: Leader; atMs: number; wallMs: number } | undefined;
  let failed: { sinceMs: number; monotonicMs: number; lastMs: number; reason: string } | undefined;
  /** The fencing number under which this process has read what was done before it led. */
  let readFence: number | undefined;
  const sinceHeard = () =>
    heard ? Math.max(performance.now() - heard.atMs, Date.now() - heard.wallMs) : Number.POSITIVE_INFINITY;
  return {
    heard(leader: Leader, askedMs: number, wallMs: number) {
      heard = { leader, atMs: askedMs, wallMs };
      failed = undefined;
    },
    failed(reason: string) {
      const nowMs = performance.now();
      // A process that was stopped has not tried meanwhile.
      const isGap = failed !== undefined && nowMs - failed.lastMs > gapMs;
      failed =
        failed && !isGap
          ? { ...failed, lastMs: nowMs, reason }
          : { sinceMs: Date.now(), monotonicMs: nowMs, lastMs: nowMs, reason };
    },
    /** The fencing number of this process, as far as it leads by what it heard last. */
    ownFence: () => (heard?.leader.isOurs ? heard.leader.fence : undefined),
    /** Everything that was written before the lease of this number was taken is known. */
    read(fence: number | undefined) {
      readFence = fence;
    },
    standing(): LedgerStanding {
      if (heard && sinceHeard() < leaseMs) {
        const { leader } = heard;
        if (!leader.isOurs) return { state: 'following', leader };
        return leader.fence === readFence ? { state: 'leading', leader } : { state: 'unsure' };
      }
      const nowMs = performance.now();
      const isTried = failed !== undefined && nowMs - failed.lastMs < gapMs;
      if (failed && isTried && nowMs - failed.monotonicMs >= patienceMs)
        return { state: 'away', sinceMs: failed.sinceMs, reason: failed.reason };
      return { state: 'unsure' };
    },
  };
}
