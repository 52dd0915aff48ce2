import { holds } from '../../../core/index.ts';
import { clause, clockText, countText, listed, spanText } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** The watch has ended or does not go round: whatever is shown is of before. */
export function standingStill({ nowMs, endedMs, stalledSinceMs }: Scene): Situation | undefined {
  if (endedMs !== undefined && endedMs <= nowMs) {
    return {
      level: 'blind',
      lead: 'This watch has ended',
      because: `at ${clockText(endedMs)}, ${spanText(nowMs - endedMs)} ago, and nothing looks at the deployment now`,
      next: 'start vigil monitor --loop if the deployment still needs a watch',
      brief: 'the watch has ended',
    };
  }
  if (stalledSinceMs === undefined) return undefined;
  return {
    level: 'blind',
    lead: 'Decide nothing on this page',
    because: `the watch stands still, nothing was measured for ${spanText(nowMs - stalledSinceMs)}`,
    next: 'is the runner alive? start vigil monitor --loop again',
    brief: `the watch stands still since ${clockText(stalledSinceMs)}`,
  };
}

/** No cycle that speaks for now: none of this watch yet, or the last one is too old. */
export function noCycle({ nowMs, cycle, isOwnCycle, status, source }: Scene): Situation | undefined {
  const { startedMs, intervalMs } = status;
  const sinceMs = isOwnCycle && cycle ? cycle.startedMs + cycle.durationMs : startedMs;
  const isLate = nowMs - sinceMs > (source.table.cycleAge.slo?.value ?? 2) * intervalMs;
  if (isOwnCycle && !isLate) return undefined;
  const before =
    cycle && `; the last one before it, at ${clockText(cycle.startedMs)}, came to ${cycle.verdict}`;
  const ofWatch = isOwnCycle
    ? `, one is due every ${spanText(intervalMs)}`
    : ` since the watch began${before ?? ''}`;
  return {
    level: 'blind',
    lead: isLate ? undefined : 'Wait',
    because: `no cycle has ended for ${spanText(nowMs - sinceMs)}${ofWatch}`,
    next: isLate
      ? 'does the suite hang? read reports/logs'
      : 'decide nothing until the first cycle has ended',
    brief: isOwnCycle ? `no cycle since ${clockText(sinceMs)}` : 'no cycle has ended yet',
  };
}

/** The path of the alerts is not proven. */
export function deaf({ status: { sentinel } }: Scene): Situation | undefined {
  if (sentinel.state !== 'missing') return undefined;
  return {
    level: 'blind',
    because: `alerts may reach nobody, the sentinel of ${clockText(sentinel.atMs)} did not arrive: ${clause(sentinel.reason)}`,
    next: 'watch this page yourself, and try vigil monitor --test-notifications',
    brief: 'the sentinel did not arrive',
  };
}

/** The newest cycle failed, could not judge, or can't be believed. */
export function doubtfulCycle({ cycle, isOwnCycle, source, alerts }: Scene): Situation[] {
  if (!cycle || !isOwnCycle) return [];
  const of = (outcome: string) => cycle.outcomes.filter((check) => check.outcome === outcome);
  const named = (checks: typeof cycle.outcomes) =>
    `${listed(checks.map(({ id, title }) => `${id} ${title}`))}: ${clause(checks[0]?.reason ?? 'no reason given')}`;
  const firing = new Set(alerts.flatMap(({ status, subject }) => (status === 'firing' ? [subject] : [])));
  const failed = of('fail').filter(({ id }) => !firing.has(id));
  const unknown = of('unknown');
  const isExplained = cycle.verdict === 'pass' || of('fail').length + unknown.length > 0;
  const problem =
    cycle.problems[0] ?? (isExplained ? undefined : `no check says why it came to ${cycle.verdict}`);
  const found: Situation[] = [];
  if (failed.length > 0) {
    const brief = countText(failed.length, 'check fails', 'checks fail');
    found.push({
      level: 'hold',
      because: `${brief} in the last cycle, ${named(failed)}`,
      next: source.catalogue?.find(({ id }) => id === failed[0]?.id)?.next ?? 'read its message below',
      brief,
    });
  }
  if (unknown.length > 0) {
    const brief = countText(unknown.length, 'check is unknown', 'checks are unknown');
    found.push({
      level: 'blind',
      because: `${brief}, ${named(unknown)}`,
      next: 'find out why it could not judge; unknown never counts as pass',
      brief,
    });
  }
  if (problem !== undefined) {
    const brief = 'the last cycle can’t be believed';
    found.push({
      level: 'blind',
      because: `${brief}: ${clause(problem)}`,
      next: 'read reports/logs/continuous_monitoring.log',
      brief,
    });
  }
  return found;
}

/** Too few slots were observed to decide on. */
export function thin({ status, source }: Scene): Situation | undefined {
  const { ratio, observed, due, largestGapMs } = status.coverage;
  const { slo } = source.table.watchCoverage;
  if (ratio === undefined || !slo || holds(slo, ratio)) return undefined;
  return {
    level: 'blind',
    because: `only ${observed} of ${due} slots of the last 48 h were observed, the largest gap is ${spanText(largestGapMs)}`,
    next: 'see the gaps below; what nobody watched is not known to be good',
    brief: `${observed} of ${due} slots observed`,
  };
}

/** Declared work that is going on. */
export function maintenance({ maintenance: declared, nowMs }: Scene): Situation | undefined {
  const open = declared.filter(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  const [window] = open.toSorted((a, b) => b.toMs - a.toMs);
  if (!window) return undefined;
  const which = window.matchers.map(({ label, operator, value }) => `${label}${operator}${value}`);
  const whose = which.length === 0 ? 'alerts' : `alerts with ${which.join(', ')}`;
  const until = `until ${clockText(window.toMs)}, for another ${spanText(window.toMs - nowMs)}`;
  return {
    level: 'wait',
    lead: 'Maintenance',
    because: `${until} (${clause(window.reason, 100)}): ${whose} tell nobody meanwhile`,
    next: 'watch this page yourself until it is over',
    brief: `maintenance ${until}`,
  };
}
