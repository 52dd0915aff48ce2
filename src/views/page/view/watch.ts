import { trustOf } from '../../../monitor/index.ts';
import type { Facts } from '../facts.ts';

/** The watch itself: whether it turns, and what it may be trusted with. */
export function watchView({ status, cycle, isOwnCycle, source, stalledSinceMs }: Facts) {
  const { startedMs, intervalMs, sentinel, pendingNotifications, confirmation, warnings } = status;
  const trust = trustOf(status);
  return {
    startedMs,
    intervalMs,
    endsMs: source.endsMs,
    stalledSinceMs,
    isOwnCycle,
    cycle: cycle && {
      id: cycle.id,
      startedMs: cycle.startedMs,
      durationMs: Math.round(cycle.durationMs),
      verdict: cycle.verdict,
      problems: cycle.problems,
    },
    distrust: trust.ok ? [] : trust.reasons,
    confirmation: confirmation.state,
    sentinel,
    pendingNotifications,
    warnings: warnings.slice(-5),
  };
}
