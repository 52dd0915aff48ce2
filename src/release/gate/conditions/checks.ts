import { oneLine, shortened } from '../../../core/index.ts';
import { downIn, failureCause, skipWords } from '../../../suite/index.ts';
import {
  type Found,
  fail,
  firstOf,
  isoTime,
  limitOf,
  pass,
  type Subject,
  spanOf,
  startLoop,
  unknown,
} from '../condition.ts';
import type { CheckEvidence, CheckHistory, NewestCycle } from '../evidence.ts';
import { soakOf } from '../plan.ts';
import { followText, rootOf } from './consequences.ts';

const hourMs = 3_600_000;

const reasons = (found: readonly CheckEvidence[]): string =>
  firstOf(
    found.map(({ id, reason }) => (reason ? `${id}: ${reason}` : id)),
    3,
  );

const shareOf = ({ failed, cycles }: CheckHistory): string => `failed ${failed} of ${cycles} cycles`;

type Failures = Pick<NewestCycle, 'newFailures'> & { root: ReturnType<typeof rootOf> };

/** The failures of the newest cycle, each with how often its check failed where that was more than once. */
function failing({ newFailures, root }: Failures, checks: readonly CheckHistory[]): string {
  const followers = root?.followers ?? [];
  const own = newFailures.filter((failure) => !followers.includes(failure));
  const shown = own.map((failure) => {
    const seen = checks.find(({ id }) => id === failure.id);
    if (!seen || seen.failed < 2) return failure;
    return { ...failure, reason: [failure.reason, shareOf(seen)].filter(Boolean).join('; ') };
  });
  if (!root) return reasons(shown);
  const follow = `${firstOf(followers.map(({ id }) => id))} ${followers.length === 1 ? 'follows' : 'follow'} from ${root.name}`;
  return [...(shown.length > 0 ? [reasons(shown)] : []), follow].join('; ');
}

const mostCharacters = 160;

const saidOf = ({ id, reason }: { id: string; reason?: string | undefined }): string =>
  reason ? `${id}: ${shortened(oneLine(reason.split('\n', 1)[0] ?? ''), mostCharacters)}` : `${id} fails`;

/** The cause that most of the failing checks have, by one of them, and how many follow from it. */
function causeOf({ newFailures, root }: Failures): string {
  const same = Map.groupBy(
    newFailures.filter((failure) => !root?.followers.includes(failure)),
    ({ id, reason }) => failureCause({ reason, measurements: [], definition: undefined }) ?? id,
  );
  const groups = [...same.values()].sort((a, b) => b.length - a.length);
  const isOfRoot = (group: readonly CheckEvidence[]) => group.some(({ id }) => id === root?.name);
  const most = (root ? groups.find(isOfRoot) : groups[0]) ?? [];
  const first = most.find(({ id }) => id === root?.name) ?? most[0];
  const said = first ? saidOf(first) : `${root?.rule} ${root?.name}`;
  const sameCause = most.length - (first ? 1 : 0);
  const follow = root?.followers.length ?? 0;
  const others = newFailures.length - most.length - follow;
  const more = [
    ...(follow > 0 ? [followText(follow)] : []),
    ...(sameCause > 0 ? [`${sameCause} more ${sameCause === 1 ? 'check fails' : 'checks fail'} by it`] : []),
    ...(others > 0 ? [`${others} by something else`] : []),
  ];
  return more.length > 0 ? `${said} (${more.join(', ')})` : said;
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
    return unknown(detail, { next: startLoop, askAgainAtMs });
  }
  const { passed, skipped, accepted = 0, notRun = 0, noLonger = [], quarantined = [] } = newest;
  const asBefore = subject.excused.checks;
  const known = newest.knownFailures.map(({ id }) => id);
  const failed = newest.newFailures.filter(({ id }) => !asBefore.has(id));
  if (failed.length > 0) {
    const looked = confirmation?.state === 'confirming' ? '; being looked at again' : '';
    const next = 'make the failing checks pass: vigil alerts says what to do for each';
    const root = rootOf(failed, recorded.alerts?.open ?? [], subject.dependencies);
    const failures = { newFailures: failed, root };
    return fail(`${failing(failures, checks)}${looked}`, { cause: causeOf(failures), next, askAgainAtMs });
  }
  const others = [...newest.unknown, ...noLonger].map(({ id }) => id);
  const { needMs, left } = recovering(subject, new Set([...others, ...quarantined, ...asBefore.keys()]));
  if (left.length > 0) {
    const histories = left.map((check) => {
      const since =
        check.passingMs === undefined ? 'not passing yet' : `passing since ${isoTime(check.passingMs)}`;
      return { said: saidOf(check), history: `${shareOf(check)}, ${since}` };
    });
    const [first] = histories;
    const names = left.map(({ id }, index) => `${id} ${histories[index]?.history}`);
    return fail(`${firstOf(names, 3)}; a check that failed must pass for ${spanOf(needMs)}`, {
      cause: `${first?.said} (${first?.history})`,
      next: 'find out why it failed; then let it pass for that long',
      askAgainAtMs: Math.max(...left.map(({ passingMs = atMs }) => passingMs)) + needMs,
    });
  }
  const judged = passed + known.length + newest.newFailures.length;
  const hasGone = subject.excused.instances.size > 0;
  const problems = newest.problems.filter((problem) => !(hasGone && downIn(problem) !== undefined));
  if (!(judged > 0) || problems.length > 0) {
    const why = problems[0] ?? `no check was judged, ${skipped} were skipped`;
    const next = 'run vigil monitor and see what it says';
    const [cause] = problems;
    return unknown(`the newest cycle proves nothing: ${why}`, { cause, next, askAgainAtMs });
  }
  if (newest.unknown.length > 0) {
    const next = 'what is unknown is no pass: see why';
    const cause = causeOf({ newFailures: newest.unknown, root: undefined });
    return unknown(`unknown in the newest cycle: ${reasons(newest.unknown)}`, { cause, next, askAgainAtMs });
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
    const since = late.map(({ id, judgedMs = atMs }) => `${id} judged since ${isoTime(judgedMs)}`);
    return unknown(`${firstOf(since, 3)}; the soak began ${isoTime(window.fromMs)}`, {
      next: 'let the soak time pass with these checks',
      askAgainAtMs: Math.max(...late.map(({ judgedMs = atMs }) => judgedMs)) + windowMs,
    });
  }
  const as = known.length > 0 ? `; ${firstOf(known)} failed before the deployment already` : '';
  const excused = quarantined.length > 0 ? `; in quarantine, not counted: ${firstOf(quarantined)}` : '';
  const skips = skipWords(skipped, accepted).map((said) => `, ${said}`);
  const errors = [...asBefore.values()].map((said) => `; ${said}`);
  return pass(`${passed} passed in the newest cycle${skips.join('')}${as}${errors.join('')}${excused}`);
}
