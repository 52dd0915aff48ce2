import {
  type Found,
  fail,
  finding,
  isoTime,
  limitOf,
  pass,
  type Subject,
  secondsOf,
  spanOf,
  unknown,
} from '../condition.ts';
import type { CheckEvidence, OpenAlert } from '../evidence.ts';

/** How long a judgement of the rules stands for now, as a sample does. */
const lookBackMs = 5 * 60_000;

const nameOf = ({ rule, subject }: OpenAlert): string =>
  subject === undefined ? rule : `${rule} ${subject}`;

function listed(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

/** No critical alert fires; one that waits for its time is not known to be over. */
export function criticalAlerts({ recorded, atMs }: Subject): Found {
  const seen = recorded.alerts;
  if (!seen) return unknown('no watch has judged the rules', { next: 'run vigil monitor --loop' });
  if (!(atMs - seen.evaluatedMs <= lookBackMs)) {
    const next = 'is the watch alive? a verdict needs fresh evidence';
    return unknown(`the rules were last judged at ${isoTime(seen.evaluatedMs)}`, { next });
  }
  const critical = seen.open.filter(({ severity }) => severity === 'critical');
  const firing = critical.filter(({ status }) => status === 'firing');
  if (firing.length > 0) {
    const since = firing.map((one) => `${nameOf(one)} since ${isoTime(one.sinceMs)}`);
    return fail(`firing: ${listed(since)}`, {
      next: 'see to it first: vigil alerts lists what is open',
      askAgainAtMs: atMs + lookBackMs,
    });
  }
  if (critical.length > 0) {
    const times = critical.flatMap(({ firesAtMs }) => firesAtMs ?? []);
    return unknown(`pending: ${listed(critical.map(nameOf))}`, {
      next: 'wait until it fires or is gone',
      askAgainAtMs: times.length > 0 ? Math.max(...times, atMs) : undefined,
    });
  }
  if (seen.open.length === 0) return pass('no alert is open');
  return pass(`open, none of them critical: ${listed(seen.open.map(nameOf))}`);
}

const reasons = (found: readonly CheckEvidence[]): string =>
  listed(
    found.map(({ id, reason }) => (reason ? `${id}: ${reason}` : id)),
    3,
  );

/** The newest cycle shows no failure that the deployment brought, and leaves no check unjudged. */
export function newFailures({ recorded, windowMs, atMs, nextCycleMs: askAgainAtMs }: Subject): Found {
  const { newest, confirmation } = recorded;
  if (!newest) {
    const detail = 'no cycle of this deployment has ended yet';
    return unknown(detail, { next: 'run vigil monitor --loop', askAgainAtMs });
  }
  const { passed, skipped, notRun = 0, noLonger = [] } = newest;
  const known = newest.knownFailures.map(({ id }) => id);
  if (newest.newFailures.length > 0) {
    const looked = confirmation?.state === 'confirming' ? '; being looked at again' : '';
    const next = 'see to the failing checks; docs/checks.md says how';
    return fail(`${reasons(newest.newFailures)}${looked}`, { next, askAgainAtMs });
  }
  if (!(passed + known.length > 0) || newest.problems.length > 0) {
    const why = newest.problems[0] ?? `no check was judged, ${skipped} were skipped`;
    const next = 'run vigil monitor and see what it says';
    return unknown(`the newest cycle proves nothing: ${why}`, { next, askAgainAtMs });
  }
  if (newest.unknown.length > 0) {
    const next = 'what is unknown is no pass: see why';
    return unknown(`unknown in the newest cycle: ${reasons(newest.unknown)}`, { next, askAgainAtMs });
  }
  if (notRun > 0) {
    const next = 'ask over all shards: vigil gate --source prometheus';
    return unknown(`${notRun} checks of the catalogue are not run by this watch`, { next });
  }
  if (noLonger.length > 0) {
    return unknown(`judged earlier in this stage, and no longer: ${listed(noLonger.map(({ id }) => id))}`, {
      next: 'put them back, or let the soak time pass without them',
      askAgainAtMs: atMs + windowMs,
    });
  }
  const undeclared = skipped > 0 ? `, ${skipped} not declared` : '';
  const as = known.length > 0 ? `; ${listed(known)} failed before the deployment already` : '';
  return pass(`${passed} passed in the newest cycle${undeclared}${as}`);
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
