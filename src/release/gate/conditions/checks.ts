import {
  type Found,
  fail,
  firstOf,
  isoTime,
  limitOf,
  pass,
  type Subject,
  spanOf,
  unknown,
} from '../condition.ts';
import type { CheckEvidence, CheckHistory, NewestCycle } from '../evidence.ts';
import { soakOf } from '../plan.ts';

const hourMs = 3_600_000;

const reasons = (found: readonly CheckEvidence[]): string =>
  firstOf(
    found.map(({ id, reason }) => (reason ? `${id}: ${reason}` : id)),
    3,
  );

const shareOf = ({ failed, cycles }: CheckHistory): string => `failed ${failed} of ${cycles} cycles`;

/** The failures of the newest cycle, each with how often its check failed where that was more than once. */
function failing({ newFailures }: NewestCycle, checks: readonly CheckHistory[]): string {
  const told = newFailures.map((failure) => {
    const seen = checks.find(({ id }) => id === failure.id);
    if (!seen || seen.failed < 2) return failure;
    return { ...failure, reason: [failure.reason, shareOf(seen)].filter(Boolean).join('; ') };
  });
  return reasons(told);
}

/** Checks that failed in the window and have not passed for long enough since. */
function recovering({ recorded, recoveryMs, plan, to, atMs }: Subject, open: ReadonlySet<string>) {
  const needMs = recoveryMs ?? Math.min(hourMs, soakOf(plan, to));
  const left = (recorded.checks ?? []).filter(
    ({ id, failed, passingMs }) => failed > 0 && !open.has(id) && !(atMs - (passingMs ?? atMs) >= needMs),
  );
  return { needMs, left };
}

/** Checks that the newest cycle judged, and that nobody judged at the begin of the window. */
function judgedLate({ recorded, window, table }: Subject): CheckHistory[] {
  const allowedMs = Math.max(limitOf(table, 'largestGap').value * 1000, recorded.intervalMs ?? 0);
  return (recorded.checks ?? []).filter(
    ({ judgedMs = window.fromMs }) => judgedMs - window.fromMs > allowedMs,
  );
}

/** No check fails or failed lately but as before the deployment, and every one was judged all the time. */
export function newFailures(subject: Subject): Found {
  const { recorded, window, windowMs, atMs, nextCycleMs: askAgainAtMs } = subject;
  const { newest, confirmation, checks = [] } = recorded;
  if (!newest) {
    const detail = 'no cycle of this deployment has ended yet';
    return unknown(detail, { next: 'run vigil monitor --loop', askAgainAtMs });
  }
  const { passed, skipped, notRun = 0, noLonger = [], quarantined = [] } = newest;
  const known = newest.knownFailures.map(({ id }) => id);
  if (newest.newFailures.length > 0) {
    const looked = confirmation?.state === 'confirming' ? '; being looked at again' : '';
    const next = 'see to the failing checks; docs/checks.md says how';
    return fail(`${failing(newest, checks)}${looked}`, { next, askAgainAtMs });
  }
  const others = [...newest.unknown, ...noLonger].map(({ id }) => id);
  const { needMs, left } = recovering(subject, new Set([...others, ...quarantined]));
  if (left.length > 0) {
    const told = left.map((check) => {
      const since =
        check.passingMs === undefined ? 'not passing yet' : `passing since ${isoTime(check.passingMs)}`;
      return `${check.id} ${shareOf(check)}, ${since}`;
    });
    return fail(`${firstOf(told, 3)}; a check that failed must pass for ${spanOf(needMs)}`, {
      next: 'find out why it failed; then let it pass for that long',
      askAgainAtMs: Math.max(...left.map(({ passingMs = atMs }) => passingMs)) + needMs,
    });
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
    return unknown(`judged earlier in this stage, and no longer: ${firstOf(noLonger.map(({ id }) => id))}`, {
      next: 'put them back, or let the soak time pass without them',
      askAgainAtMs: atMs + windowMs,
    });
  }
  const late = judgedLate(subject);
  if (late.length > 0) {
    const told = late.map(({ id, judgedMs = atMs }) => `${id} judged since ${isoTime(judgedMs)}`);
    return unknown(`${firstOf(told, 3)}; the soak began ${isoTime(window.fromMs)}`, {
      next: 'let the soak time pass with these checks',
      askAgainAtMs: Math.max(...late.map(({ judgedMs = atMs }) => judgedMs)) + windowMs,
    });
  }
  const undeclared = skipped > 0 ? `, ${skipped} not declared` : '';
  const as = known.length > 0 ? `; ${firstOf(known)} failed before the deployment already` : '';
  const excused = quarantined.length > 0 ? `; in quarantine, not counted: ${firstOf(quarantined)}` : '';
  return pass(`${passed} passed in the newest cycle${undeclared}${as}${excused}`);
}
