import { recordingText } from '../../../alerts/index.ts';
import { holds } from '../../../core/index.ts';
import { isBack } from '../../../release/index.ts';
import { mixedReleasesText } from '../../../suite/index.ts';
import { failingChecks, failingText, unknownText } from '../causes.ts';
import { clause, clockText, spanText } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** The watch has ended or does not go round: whatever is shown is of before. */
export function standingStill({ nowMs, endedMs, stalledSinceMs }: Scene): Situation | undefined {
  if (endedMs !== undefined && endedMs <= nowMs) {
    return {
      level: 'blind',
      lead: 'This watch has ended',
      because: `at ${clockText(endedMs)}, ${spanText(nowMs - endedMs)} ago, and nothing looks at the deployment now`,
      next: 'read the report (vigil report); start vigil monitor --loop if the deployment still needs a watch',
      brief: 'the watch has ended',
    };
  }
  if (stalledSinceMs === undefined) return undefined;
  return {
    level: 'blind',
    lead: 'Decide nothing on this page',
    because: `the loop has stalled, nothing was measured for ${spanText(nowMs - stalledSinceMs)}`,
    next: 'is the runner alive? start vigil monitor --loop again',
    brief: `the loop has stalled since ${clockText(stalledSinceMs)}`,
  };
}

/** Nothing can be written down: what is decided by the evidence is decided by that of before. */
export function unrecorded({ nowMs, status }: Scene): Situation | undefined {
  const trouble = status.unrecorded;
  if (!trouble) return undefined;
  const { next, runbook } = recordingText(trouble);
  return {
    level: 'blind',
    lead: 'Decide nothing on this page',
    because: `the watch cannot record, for ${spanText(nowMs - trouble.sinceMs)}: ${clause(trouble.reason)}; no alert, gate or rollback can be relied on`,
    next,
    runbook,
    brief: `the watch cannot record since ${clockText(trouble.sinceMs)}`,
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
    because: `alerts may not be delivered, the sentinel of ${clockText(sentinel.atMs)} did not arrive: ${clause(sentinel.reason)}`,
    next: 'watch this page yourself, and try vigil monitor --test-notifications',
    brief: 'the sentinel did not arrive',
  };
}

/** The newest cycle failed, could not judge, or can't be believed. */
export function doubtfulCycle(scene: Scene): Situation[] {
  const { cycle, isOwnCycle, source, alerts } = scene;
  if (!cycle || !isOwnCycle) return [];
  const of = (outcome: string) => cycle.outcomes.filter((check) => check.outcome === outcome);
  const firing = new Set(alerts.flatMap(({ status, subject }) => (status === 'firing' ? [subject] : [])));
  const failed = failingChecks(scene).filter(({ id }) => !firing.has(id));
  const unknown = of('unknown');
  const isExplained = cycle.verdict === 'pass' || of('fail').length + unknown.length > 0;
  const problem =
    cycle.problems[0] ?? (isExplained ? undefined : `no check says why it came to ${cycle.verdict}`);
  const found: Situation[] = [];
  if (failed.length > 0) {
    const brief = failingText(failed, scene);
    found.push({
      level: 'hold',
      because: `${brief}, in the last cycle`,
      next:
        source.catalogue?.find(({ id }) => id === failed[0]?.id)?.next ??
        'open it below: its message, and the command that runs it alone',
      brief,
    });
  }
  if (unknown.length > 0) {
    const because = unknownText(unknown, of('fail').length > 0, scene);
    found.push({
      level: 'blind',
      because,
      next: 'find out why they could not judge; unknown never counts as pass',
      brief: because.replace(/ \(.*/, ''),
    });
  }
  if (problem !== undefined) {
    const brief = 'the last cycle can’t be trusted';
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
    because: `only ${observed} of ${due} slots of the last 48h were observed, the largest gap is ${spanText(largestGapMs)}`,
    next: 'see the gaps below; time without a watch proves nothing',
    brief: `${observed} of ${due} slots observed`,
  };
}

/** Instances of one service run different releases, and nobody shifts traffic between them. */
export function mixed({ status, rollout }: Scene): Situation | undefined {
  const { mixedReleases: all = [] } = status;
  // Below 100 % the rollout is meant to mix them, until it is rolled back.
  if (all.length === 0 || (rollout && rollout.percent < 100 && !isBack(rollout.rollback))) return undefined;
  const brief = `mixed releases, ${mixedReleasesText(all)}`;
  return {
    level: 'hold',
    because: brief,
    next: 'deploy one release on every instance, or record the release that runs: vigil gate --deployed RELEASE',
    brief,
  };
}

/** A stage is taken, and no instance says the release that has it. */
export function releaseMissing({ rollout }: Scene): Situation | undefined {
  const { detail, cause, next } = rollout?.missing ?? {};
  if (detail === undefined) return undefined;
  return { level: 'hold', because: detail, next, brief: cause ?? detail };
}

/** What other Vigils of this deployment decide can't be seen. */
export function ledgerAway({ status: { leader } }: Scene): Situation | undefined {
  if (leader?.state !== 'away') return undefined;
  return {
    level: 'hold',
    because: `${leader.reason}, so what other Vigils decide is not known; the gate and automatic rollbacks hold`,
    next: 'restore PostgreSQL; vigil doctor says whether it is reached',
    brief: 'the ledger is away',
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
    because: `${until} (${clause(window.reason, 100)}): ${whose} are silenced`,
    next: 'watch this page yourself until it is over',
    brief: `maintenance ${until}`,
  };
}
