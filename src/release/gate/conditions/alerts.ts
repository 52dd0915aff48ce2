import { lookBackMs } from '../../../alerts/index.ts';
import {
  type Found,
  fail,
  finding,
  firstOf,
  isoTime,
  limitOf,
  pass,
  type Subject,
  secondsOf,
  spanOf,
  startLoop,
  unknown,
} from '../condition.ts';
import type { OpenAlert } from '../evidence.ts';
import { passRate } from './signals.ts';

const nameOf = ({ rule, subject }: OpenAlert): string =>
  subject === undefined ? rule : `${rule} ${subject}`;

/** Whether an alert only sums up or calls for an act, and other conditions say why. */
export const repeatsOthers = ({ rule }: Pick<OpenAlert, 'rule'>): boolean =>
  ['TestPassRateLow', 'TestPassRateDegrading', 'RollbackRequired'].includes(rule);

const isUnexplained = ({ isExplained }: OpenAlert): boolean => !isExplained;

/** Rules that say, whatever their severity, that nobody looks: while one fires nothing green is believed. */
const blinding = new Set(['TestSuiteNotRunning', 'ObservabilityMetricsMissing']);

/** Whether the pass rate is too low only by checks that are excused. */
const isPassRateExcused = (subject: Subject): boolean =>
  subject.excused.checks.size > 0 && passRate(subject).outcome === 'pass';

/** Whether an alert says nothing but what is excused. */
function isExcused({ rule, subject: id = '', service, instance }: OpenAlert, subject: Subject): boolean {
  const { checks, quarantined, instances, mended } = subject.excused;
  switch (rule) {
    case 'ServiceDown': {
      const gone = instances.get(id) ?? [];
      return gone.some((one) => instance === undefined || one.instance === instance);
    }
    case 'HealthCheckFailed':
      return checks.has(id) || quarantined.has(id);
    case 'HighErrorRate':
    case 'ErrorBudgetFastBurn':
    case 'ErrorBudgetSlowBurn':
      return service === undefined ? mended.size > 0 && !subject.signals.each : mended.has(service);
    case 'TestPassRateLow':
      return isPassRateExcused(subject);
    case 'RollbackRequired':
      return id === 'pass_rate' && isPassRateExcused(subject);
    default:
      return false;
  }
}

/** What calls for a rollback of this release now. */
export const rollbackCall = (subject: Subject): string | undefined =>
  subject.recorded.alerts?.open.find(
    (one) => one.rule === 'RollbackRequired' && one.status === 'firing' && !isExcused(one, subject),
  )?.subject;

/** No critical alert fires; one that waits for its time is not known to be over. */
export function criticalAlerts(subject: Subject): Found {
  const { recorded, atMs } = subject;
  const seen = recorded.alerts;
  if (!seen) return unknown('no watch has judged the rules', { next: startLoop });
  // A judgement of the rules stands for now as long as a sample does.
  if (!(atMs - seen.evaluatedMs <= lookBackMs)) {
    const next = 'is the watch alive? a verdict needs fresh evidence';
    return unknown(`the rules were last judged at ${isoTime(seen.evaluatedMs)}`, { next });
  }
  const critical = seen.open.filter((one) => one.severity === 'critical' && !isExcused(one, subject));
  const firing = critical.filter(({ status }) => status === 'firing');
  if (firing.length > 0) {
    const causes = firing.some(isUnexplained) ? firing.filter(isUnexplained) : [...firing];
    causes.sort((a, b) => Number(repeatsOthers(a)) - Number(repeatsOthers(b)));
    const since = causes.map((one) => `${nameOf(one)} since ${isoTime(one.sinceMs)}`);
    const follow = firing.length - causes.length;
    const more =
      follow > 0
        ? `; ${follow} ${follow === 1 ? 'follows' : 'follow'} from ${causes.length === 1 ? 'it' : 'them'}`
        : '';
    return fail(`firing: ${firstOf(since)}${more}`, {
      cause: `${causes[0] ? nameOf(causes[0]) : ''} fires`,
      next: 'resolve these first: vigil alerts lists the open ones',
      askAgainAtMs: atMs + lookBackMs,
    });
  }
  const blind = seen.open.filter(({ rule, status }) => status === 'firing' && blinding.has(rule));
  if (blind.length > 0) {
    const since = blind.map((one) => `${nameOf(one)} since ${isoTime(one.sinceMs)}`);
    return unknown(`firing: ${firstOf(since)}; no green result is believed until it is over`, {
      next: 'let the loop run and see the target’s metrics again',
      askAgainAtMs: atMs + lookBackMs,
    });
  }
  if (critical.length > 0) {
    const times = critical.flatMap(({ firesAtMs }) => firesAtMs ?? []);
    return unknown(`pending: ${firstOf(critical.map(nameOf))}`, {
      next: 'wait until it fires or is gone',
      askAgainAtMs: times.length > 0 ? Math.max(...times, atMs) : undefined,
    });
  }
  if (seen.open.length === 0) return pass('no alert is open');
  const isCritical = seen.open.some(({ severity }) => severity === 'critical');
  const none = isCritical ? 'none of them of this release' : 'none of them critical';
  const names = seen.open.map((one) => {
    const isInQuarantine =
      one.rule === 'HealthCheckFailed' && subject.excused.quarantined.has(one.subject ?? '');
    return `${nameOf(one)}${isInQuarantine ? ' (in quarantine)' : ''}`;
  });
  return pass(`open, ${none}: ${firstOf(names)}`);
}

/** A check that is known to fail arrived lately: a real failure would have been told, too. */
export function sentinel({ recorded, table, sentinelIntervalMs, atMs }: Subject): Found {
  const seen = recorded.sentinel;
  const lost = 'find where the alert path breaks: vigil monitor --test-notifications';
  if (seen?.state === 'missing') {
    const detail = `the one of ${isoTime(seen.atMs)} did not arrive: ${seen.reason}`;
    return unknown(detail, { next: lost, askAgainAtMs: seen.atMs + sentinelIntervalMs });
  }
  if (seen?.state !== 'received') {
    const why = seen?.state === 'off' ? 'it is switched off' : 'none has travelled the alert path yet';
    return unknown(why, { next: 'run vigil monitor --loop: it sends one at its start' });
  }
  const limit = secondsOf(limitOf(table, 'sentinelAge'), sentinelIntervalMs);
  const age = (atMs - seen.atMs) / 1000;
  const isFresh = age >= 0 && age <= limit.value;
  return finding(
    isFresh ? 'pass' : 'unknown',
    `received at ${isoTime(seen.atMs)} after ${spanOf(seen.tookMs)}`,
    {
      value: Math.max(0, age),
      unit: 'seconds',
      limit,
      next: isFresh ? undefined : lost,
    },
  );
}
