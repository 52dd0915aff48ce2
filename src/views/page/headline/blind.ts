import { holds } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import { clause, clockText, countText, listed, spanText } from '../words.ts';
import { hold, type Scene, type Situation } from './situation.ts';

const restart = 'is the runner alive? start vigil monitor --loop again';

/** What keeps everybody from deciding, as a situation. */
const blinds = (facts: Facts, because: string, brief: string, next: string): Situation => {
  return { level: 'blind', lead: hold(facts), because, next, brief };
};

/** Nothing goes round: whatever is shown is of before. */
export function standingStill({ facts }: Scene): Situation | undefined {
  const { nowMs, endedMs, stalledSinceMs } = facts;
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
    next: restart,
    brief: `the watch stands still since ${clockText(stalledSinceMs)}`,
  };
}

/** No cycle that speaks for now. */
export function noCycle({ facts }: Scene): Situation | undefined {
  const { nowMs, cycle, isOwnCycle, status, source } = facts;
  const intervals = source.table.cycleAge.slo?.value ?? 2;
  const { startedMs, intervalMs } = status;
  if (!isOwnCycle) {
    const begun = `no cycle has ended since the watch began ${spanText(nowMs - startedMs)} ago`;
    const before = cycle
      ? `; the last one before it, at ${clockText(cycle.startedMs)}, came to ${cycle.verdict}`
      : '';
    const isLate = nowMs - startedMs > intervals * intervalMs;
    return {
      level: 'blind',
      lead: isLate ? hold(facts) : 'Wait',
      because: `${begun}${before}`,
      next: isLate
        ? 'read what the suite prints in reports/logs'
        : 'decide nothing until the first cycle has ended',
      brief: 'no cycle has ended yet',
    };
  }
  const endedMs = (cycle?.startedMs ?? 0) + (cycle?.durationMs ?? 0);
  if (nowMs - endedMs <= intervals * intervalMs) return undefined;
  const ago = `the last cycle ended ${spanText(nowMs - endedMs)} ago, one is due every ${spanText(intervalMs)}`;
  const next = 'does the suite hang? read reports/logs/continuous_monitoring.log';
  return blinds(facts, ago, `no cycle since ${clockText(endedMs)}`, next);
}

/** The path of the alerts is not proven. */
export function deaf({ facts }: Scene): Situation | undefined {
  const { sentinel } = facts.status;
  if (sentinel.state !== 'missing') return undefined;
  return {
    level: 'blind',
    lead: hold(facts),
    because: `alerts may reach nobody, the sentinel of ${clockText(sentinel.atMs)} did not arrive: ${clause(sentinel.reason)}`,
    next: 'watch this page yourself, and try vigil monitor --test-notifications',
    brief: 'the sentinel did not arrive',
  };
}

/** The newest cycle failed, doubts itself, or could not judge. */
export function doubtfulCycle({ facts, alerts }: Scene): Situation[] {
  const { cycle, isOwnCycle, source } = facts;
  if (!cycle || !isOwnCycle) return [];
  const of = (outcome: string) => cycle.outcomes.filter((check) => check.outcome === outcome);
  const firing = new Set(alerts.flatMap(({ status, subject }) => (status === 'firing' ? [subject] : [])));
  const failed = of('fail').filter(({ id }) => !firing.has(id));
  const unknown = of('unknown');
  const name = ({ id, title }: { id: string; title: string }) => `${id} ${title}`;
  const [problem] = cycle.problems;
  const doubt = 'the last cycle can’t be believed';
  const [first] = failed;
  const [blind] = unknown;
  if (cycle.verdict !== 'pass' && !first && !blind && !problem && of('fail').length === 0) {
    const because = `the last cycle came to ${cycle.verdict}, and no check says why`;
    return [{ level: 'blind', lead: hold(facts), because, brief: because }];
  }
  const situations: (Situation | undefined)[] = [
    first && {
      level: 'hold',
      lead: hold(facts),
      because: `${countText(failed.length, 'check fails', 'checks fail')} in the last cycle, ${listed(failed.map(name))}: ${clause(first.reason ?? 'no message')}`,
      next: source.catalogue?.find(({ id }) => id === first.id)?.next ?? 'read its message below',
      brief: countText(failed.length, 'check fails', 'checks fail'),
    },
    blind && {
      level: 'blind',
      lead: hold(facts),
      because: `${countText(unknown.length, 'check is unknown', 'checks are unknown')}, ${listed(unknown.map(name))}: ${clause(blind.reason ?? 'no reason given')}`,
      next: 'find out why it could not judge; unknown never counts as pass',
      brief: countText(unknown.length, 'check is unknown', 'checks are unknown'),
    },
    problem === undefined
      ? undefined
      : blinds(facts, `${doubt}: ${clause(problem)}`, doubt, 'read reports/logs/continuous_monitoring.log'),
  ];
  return situations.filter((situation) => situation !== undefined);
}

/** A signal that decisions rest on has no data. */
export function silentSignals({ facts }: Scene): Situation | undefined {
  const { status, source } = facts;
  const missing = (['errorRatio', 'latencyP95', 'uptime'] as const).filter(
    (signal) => status.values[signal] === undefined,
  );
  if (missing.length === 0) return undefined;
  const titles = missing.map((signal) => source.table[signal].title);
  const brief = `no data for ${listed(titles)}`;
  const next = 'does live traffic reach the deployment, and does its /metrics answer?';
  return blinds(facts, `there is ${brief}`, brief, next);
}

/** Too few slots were observed to decide on. */
export function thin({ facts }: Scene): Situation | undefined {
  const { ratio, observed, due, largestGapMs } = facts.status.coverage;
  const { slo } = facts.source.table.watchCoverage;
  if (ratio === undefined || !slo || holds(slo, ratio)) return undefined;
  return {
    level: 'blind',
    lead: hold(facts),
    because: `only ${observed} of ${due} slots of the last 48 h were observed, the largest gap is ${spanText(largestGapMs)}`,
    next: 'see the gaps below; what nobody watched is not known to be good',
    brief: `${observed} of ${due} slots observed`,
  };
}
