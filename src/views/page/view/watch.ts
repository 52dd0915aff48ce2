import { standingText, trustOf } from '../../../monitor/index.ts';
import { mixedReleasesText } from '../../../suite/index.ts';
import type { Facts } from '../facts.ts';

/** The watch itself: whether it turns, and what it may be trusted with. */
export function watchView({ status, cycle, isOwnCycle, source, stalledSinceMs, endedMs }: Facts) {
  const { startedMs, intervalMs, sentinel, pendingNotifications, confirmation, warnings, leader } = status;
  const trust = trustOf(status);
  return {
    startedMs,
    intervalMs,
    endsMs: source.endsMs,
    stalledSinceMs,
    endedMs,
    isOwnCycle,
    cycle: cycle && {
      id: cycle.id,
      startedMs: cycle.startedMs,
      durationMs: Math.round(cycle.durationMs),
      verdict: cycle.verdict,
      problems: cycle.problems,
    },
    mixedReleases: mixedReleasesText(status.mixedReleases ?? []),
    distrust: trust.ok ? [] : trust.reasons,
    confirmation: confirmation.state,
    sentinel,
    pendingNotifications,
    warnings: warnings.slice(-5),
    leader: leader && standingText(leader),
  };
}
