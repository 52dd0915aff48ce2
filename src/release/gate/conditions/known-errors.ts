import { type Bound, holds } from '../../../core/index.ts';
import type { OtherFailures, Part } from '../answer-kinds.ts';
import { isOfRoute } from '../checked-answers.ts';
import { type Found, type Known, pass, type Subject } from '../condition.ts';
import type { CheckHistory } from '../evidence.ts';
import type { RejectedEvidence } from '../instance-evidence.ts';
import { isAlike, partText } from './answers.ts';

/** One error of others may be chance. */
const fewestOfOthers = 2;

const sumOf = (parts: readonly Part[]): Part => ({
  count: Math.round(parts.reduce((sum, { count }) => sum + count, 0)),
  of: Math.max(...parts.map(({ of }) => Math.round(of))),
});

const both = (one: Part, two: Part): Part => ({ count: one.count + two.count, of: one.of + two.of });

/** The kinds of failures of one route that a check met, all of its statuses among them. */
function failuresMet({ id, answers }: CheckHistory, { signals, asked }: Known): OtherFailures[] | undefined {
  const route = asked.get(id);
  if (!route || !answers || answers.failed === 0) return undefined;
  for (const { failures } of signals.rejected ?? []) {
    const own = failures.filter((one) => isOfRoute(one.route, route));
    for (const kinds of Map.groupBy(own, (one) => one.route).values()) {
      const met = kinds.filter(({ status }) => answers.statuses.includes(status));
      if (met.length === answers.statuses.length) return met;
    }
  }
  return undefined;
}

/**
 * That a check fails as users of the release before do, in words: its route answers them with the same errors, did so
 * before the deployment as often as since, and the check does not meet more of them. `undefined` where it is not so.
 */
export function knownErrors(check: CheckHistory, known: Known): string | undefined {
  const met = failuresMet(check, known);
  const { answers } = check;
  if (!met || !answers) return undefined;
  const before = sumOf(met.map((one) => one.before));
  const meanwhile = sumOf(met.map((one) => one.meanwhile));
  const others = both(before, meanwhile);
  // What began with the deployment may be the release's doing also where others fail by it.
  const isOld = before.of > 0 && (meanwhile.of === 0 || isAlike(before, meanwhile));
  if (!isOld || others.count < fewestOfOthers) return undefined;
  const own = { count: answers.failed, of: Math.max(answers.of, answers.failed) };
  if (!isAlike(others, own)) return undefined;
  const [{ route } = { route: '' }] = met;
  return `${check.id} fails as before: ${partText(own)} answered ${answers.statuses.join(' or ')}, and of the release before ${partText(others)} of ${route}`;
}

/**
 * That users of a service met as many errors before the deployment, in words; `undefined` where they met fewer, or an error
 * ratio that was within its limit.
 */
export function failedAlike({ failed }: RejectedEvidence, limit: Bound): string | undefined {
  const { now, before } = failed;
  if (now.of < 1 || before.of < 1 || holds(limit, before.count / before.of)) return undefined;
  if (!isAlike(before, now)) return undefined;
  return `the release before failed alike: ${partText(before)} operations before the deployment, ${partText(now)} of this one`;
}

/** An error ratio is explained by answers 5xx where these are so much of it; the rest may be counted by something else. */
const leastExplained = 0.8;

/**
 * That the errors of a service are those of the release before, which this one mends, in words: it gave so many answers that
 * its own share is known to be within the limit, and other instances fail past it as they did before the deployment.
 * `undefined` where it is not so, or where answers 5xx do not make the error ratio of all.
 */
export function mendedErrors(
  { failed }: RejectedEvidence,
  errorRatio: number | undefined,
  limit: Bound,
  least: number,
): string | undefined {
  const { now, meanwhile, before } = failed;
  if (now.of < least || before.of < 1 || meanwhile.of < 1) return undefined;
  const isPast = ({ count, of }: Part) => !holds(limit, count / of);
  if (isPast(now) || !isPast(before) || !isPast(meanwhile) || !isAlike(before, meanwhile)) return undefined;
  const all = both(now, meanwhile);
  if (!(all.count / all.of >= leastExplained * (errorRatio ?? Number.NaN))) return undefined;
  return `this release mends it: it failed ${partText(now)} operations, the one before ${partText(meanwhile)} since the deployment and ${partText(before)} before it`;
}

/** What was found of errors, where they are those of the release before and this one mends them: they hold it no longer. */
export function unlessMended(found: Found, { excused, signals }: Subject): Found {
  const [only] = excused.mended.values();
  const said = signals.service === undefined ? only : excused.mended.get(signals.service);
  if (found.outcome !== 'fail' || said === undefined) return found;
  const { detail, value, unit, limit } = found;
  return pass(`${detail}; ${said}`, { value, unit, limit });
}
