import type { ThresholdTable } from '../../../core/index.ts';
import { type GateCondition, isoTime, later, limitOf, spanOf, stated } from '../condition.ts';
import type { CheckEvidence, GateEvidence, OpenAlert } from '../evidence.ts';

const alerts = ['alerts', 'no critical alert'] as const;
const checks = ['checks', 'no new failure'] as const;
const sentinel = ['sentinel', 'sentinel'] as const;

/** How long a judgement of the rules stands for now, as a sample does. */
const lookBackMs = 5 * 60_000;

const nameOf = ({ rule, subject }: OpenAlert): string =>
  subject === undefined ? rule : `${rule} ${subject}`;

function listed(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

/** No critical alert fires; one that waits for its time is not known to be over. */
function alertCondition({ recorded, atMs }: GateEvidence): GateCondition {
  const seen = recorded.alerts;
  if (!seen) {
    return stated(alerts, 'unknown', 'no watch has judged the rules', { next: 'run vigil monitor --loop' });
  }
  const ageMs = atMs - seen.evaluatedMs;
  if (!(ageMs <= lookBackMs)) {
    return stated(alerts, 'unknown', `the rules were last judged at ${isoTime(seen.evaluatedMs)}`, {
      next: 'is the watch alive? a verdict needs fresh evidence',
    });
  }
  const critical = seen.open.filter(({ severity }) => severity === 'critical');
  const firing = critical.filter(({ status }) => status === 'firing');
  if (firing.length > 0) {
    const detail = `firing: ${listed(firing.map((one) => `${nameOf(one)} since ${isoTime(one.sinceMs)}`))}`;
    return stated(alerts, 'fail', detail, {
      next: 'see to it first: vigil alerts lists what is open',
      askAgainAtMs: atMs + lookBackMs,
    });
  }
  const [pending] = critical;
  if (pending) {
    const times = critical.flatMap(({ firesAtMs }) => firesAtMs ?? []);
    return stated(alerts, 'unknown', `pending: ${listed(critical.map(nameOf))}`, {
      next: 'wait until it fires or is gone',
      askAgainAtMs: times.length > 0 ? Math.max(...times, atMs) : undefined,
    });
  }
  const others = seen.open.length;
  const detail =
    others === 0 ? 'no alert is open' : `open, none of them critical: ${listed(seen.open.map(nameOf))}`;
  return stated(alerts, 'pass', detail);
}

const reasons = (found: readonly CheckEvidence[]): string =>
  listed(
    found.map(({ id, reason }) => (reason ? `${id}: ${reason}` : id)),
    3,
  );

/** The newest cycle shows no failure that the deployment brought, and leaves no check unjudged. */
function checkCondition({ recorded, window, atMs }: GateEvidence): GateCondition {
  const { newest, confirmation, intervalMs } = recorded;
  const askAgainAtMs = later(atMs, intervalMs);
  if (!newest) {
    const detail = 'no cycle of this deployment has ended yet';
    return stated(checks, 'unknown', detail, { next: 'run vigil monitor --loop', askAgainAtMs });
  }
  if (newest.newFailures.length > 0) {
    const looked = confirmation?.state === 'confirming' ? '; being looked at again' : '';
    return stated(checks, 'fail', `${reasons(newest.newFailures)}${looked}`, {
      next: 'see to the failing checks; docs/checks.md says how',
      askAgainAtMs,
    });
  }
  if (!(newest.passed + newest.knownFailures.length > 0) || newest.problems.length > 0) {
    const detail = newest.problems[0] ?? `no check was judged, ${newest.skipped} were skipped`;
    return stated(checks, 'unknown', `the newest cycle proves nothing: ${detail}`, {
      next: 'run vigil monitor and see what it says',
      askAgainAtMs,
    });
  }
  if (newest.unknown.length > 0) {
    const detail = `unknown in the newest cycle: ${reasons(newest.unknown)}`;
    return stated(checks, 'unknown', detail, { next: 'what is unknown is no pass: see why', askAgainAtMs });
  }
  if ((newest.notRun ?? 0) > 0) {
    return stated(checks, 'unknown', `${newest.notRun} checks of the catalogue are not run by this watch`, {
      next: 'ask over all shards: vigil gate --source prometheus',
    });
  }
  const gone = newest.noLonger ?? [];
  if (gone.length > 0) {
    const detail = `judged earlier in this stage, and no longer: ${listed(gone.map(({ id }) => id))}`;
    return stated(checks, 'unknown', detail, {
      next: 'put them back, or let the soak time pass without them',
      askAgainAtMs: atMs + (window.toMs - window.fromMs),
    });
  }
  const known = newest.knownFailures.map(({ id }) => id);
  const skipped = newest.skipped > 0 ? `, ${newest.skipped} not declared` : '';
  const as = known.length > 0 ? `; ${listed(known)} failed before the deployment already` : '';
  return stated(checks, 'pass', `${newest.passed} passed in the newest cycle${skipped}${as}`);
}

/** A check that is known to fail arrived lately: a real failure would have been told, too. */
function sentinelCondition(
  { recorded, atMs }: GateEvidence,
  table: ThresholdTable,
  everyMs: number,
): GateCondition {
  const seen = recorded.sentinel;
  const lost = 'find where the alert path breaks: vigil monitor --test-notifications';
  if (seen?.state !== 'received' && seen?.state !== 'missing') {
    const why = seen?.state === 'off' ? 'it is switched off' : 'none has travelled the alert path yet';
    return stated(sentinel, 'unknown', why, { next: 'run vigil monitor --loop: it sends one at its start' });
  }
  if (seen.state === 'missing') {
    const detail = `the one of ${isoTime(seen.atMs)} did not arrive: ${seen.reason}`;
    return stated(sentinel, 'unknown', detail, { next: lost, askAgainAtMs: seen.atMs + everyMs });
  }
  const { operator, value } = limitOf(table, 'sentinelAge');
  const limit = { operator, value: (value * everyMs) / 1000 };
  const ageMs = atMs - seen.atMs;
  const isFresh = ageMs >= 0 && ageMs / 1000 <= limit.value;
  const figures = { value: Math.max(0, ageMs) / 1000, unit: 'seconds', limit } as const;
  const detail = `received at ${isoTime(seen.atMs)} after ${spanOf(seen.tookMs)}`;
  return isFresh
    ? stated(sentinel, 'pass', detail, figures)
    : stated(sentinel, 'unknown', detail, { ...figures, next: lost });
}

/** Alerts, checks, and whether anybody would have been told. */
export function alertConditions(
  evidence: GateEvidence,
  table: ThresholdTable,
  sentinelIntervalMs: number,
): GateCondition[] {
  return [
    alertCondition(evidence),
    checkCondition(evidence),
    sentinelCondition(evidence, table, sentinelIntervalMs),
  ];
}
