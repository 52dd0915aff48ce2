import { trustOf } from '../../../monitor/index.ts';
import type { Facts } from '../facts.ts';

/** The watch itself: whether it turns, and what it may be trusted with. */
export function watchView(facts: Facts) {
  const { status, cycle, source, stalledSinceMs, endedMs, nowMs } = facts;
  const trust = trustOf(status);
  return {
    startedMs: status.startedMs,
    intervalMs: status.intervalMs,
    endsMs: source.endsMs,
    endedMs: endedMs !== undefined && endedMs <= nowMs ? endedMs : undefined,
    stalledSinceMs,
    isOwnCycle: facts.isOwnCycle,
    cycle: cycle && {
      id: cycle.id,
      startedMs: cycle.startedMs,
      durationMs: Math.round(cycle.durationMs),
      verdict: cycle.verdict,
      problems: cycle.problems,
    },
    distrust: trust.ok ? [] : trust.reasons,
    confirmation: status.confirmation.state,
    sentinel: status.sentinel,
    pendingNotifications: status.pendingNotifications,
    warnings: status.warnings.slice(-5),
  };
}

/** Slots and gaps of the last 48 h. */
export function coverageView({ status, nowMs }: Facts) {
  const { due, observed, missed, ratio, largestGapMs, gaps } = status.coverage;
  return {
    due,
    observed,
    missed,
    ratio,
    largestGapMs,
    /** The newest first. */
    gaps: gaps
      .slice(-50)
      .reverse()
      .map((gap) => ({ ...gap, isOpen: gap.toMs >= nowMs })),
  };
}

/** Declared windows, open or to come. */
export function maintenanceView({ maintenance, nowMs }: Facts) {
  return maintenance.map(({ id, reason, fromMs, toMs, matchers, who }) => ({
    id,
    reason,
    fromMs,
    toMs,
    isOpen: fromMs <= nowMs,
    labels: matchers.map(({ label, operator, value }) => `${label}${operator}${value}`),
    who,
  }));
}
