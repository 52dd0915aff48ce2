import { compareShares, formatValue, grouped } from '../../../core/index.ts';
import { type AnswerKind, isRedirect, isRejection, isServerError, type Part } from '../answer-kinds.ts';
import { type Found, fail, firstOf, limitOf, pass, type Subject } from '../condition.ts';
import type { RejectedEvidence } from '../instance-evidence.ts';

/** A smaller rise is none. */
const leastRise = 0.005;
const fewestRejected = 3;
/** How unlikely a rise must be by chance before it counts. */
const significance = 0.01;

/** As whole numbers: what a store gives back may be none. */
export const countsOf = ({ count, of }: Part): Part => ({
  count: Math.round(count),
  of: Math.max(1, Math.round(of), Math.round(count)),
});

/** How unlikely a rise must be by chance before two shares are not alike. */
const leastAlike = 0.05;

/** Whether the second is no more than the first but by chance. */
export const isAlike = (first: Part, second: Part): boolean => {
  const { difference, pValue } = compareShares(countsOf(first), countsOf(second));
  return difference <= 0 || pValue >= leastAlike;
};

/** How many of how many. */
export const partText = ({ count, of }: Part): string =>
  `${grouped(Math.round(count))} of ${grouped(Math.round(of))}`;

const whereText = ({ against }: RejectedEvidence): string =>
  against === 'before' ? 'before the deployment' : 'on other instances';

/** A kind of answer, beside the same of others: `GET /account answers 500: 2 of 12 on v2, 0 of 60 on other instances`. */
const kindText = ({ route, status, now, others }: AnswerKind, evidence: RejectedEvidence): string =>
  `${route || evidence.service} answers ${status}: ${partText(now)} on ${evidence.release}, ${partText(others)} ${whereText(evidence)}`;

/** What makes a kind of answer one that others don't give: so many, so much more of its route, so unlikely by chance. */
interface Bar {
  isMeant(status: string): boolean;
  fewest: number;
  leastRise: number;
  significance: number;
  /** Whether it is enough that as many requests of others met none. */
  isByNone: boolean;
}

/** Rejections are the sender's mistake as a rule, so they take more. */
const rejections: Bar = {
  isMeant: isRejection,
  fewest: fewestRejected,
  leastRise: 0.02,
  significance,
  isByNone: false,
};

/**
 * Kinds of answers (a route and a status) that the release gives and others don't: at two moments or more, so that the
 * switch is none, and by a rise of its route that is unlikely by chance. That is Fisher's exact test where the counts are
 * small, its level divided by how many kinds are looked at (Bonferroni).
 */
function newKinds({ kinds }: RejectedEvidence, { sampleIntervalMs }: Subject, bar: Bar): AnswerKind[] {
  const meant = kinds.filter(({ status }) => bar.isMeant(status));
  // Since users reach the release others fail no less: an incident of all of them, however well they were before.
  const isShared = ({ now, alongside }: AnswerKind) =>
    alongside.count >= bar.fewest && isAlike(alongside, now);
  const isNew = (kind: AnswerKind): boolean => {
    const { now, others, spanMs } = kind;
    if (now.count < bar.fewest || spanMs <= 2 * sampleIntervalMs || others.of < 1 || isShared(kind))
      return false;
    const [one, two] = [countsOf(others), countsOf(now)];
    const { difference, pValue } = compareShares(one, two);
    if (difference <= bar.leastRise) return false;
    const isNone = bar.isByNone && others.count === 0 && others.of >= now.of;
    return isNone || pValue < bar.significance / meant.length;
  };
  return meant.filter(isNew).sort((a, b) => b.now.count - a.now.count);
}

/** Answers that are the service's own doing: which, what a route of the release does by them, and what to find. */
interface OwnAnswers {
  isMeant: Bar['isMeant'];
  does: string;
  next(of: string): string;
}

/** No route of the release gives such answers where the release before does not, or much less often; two are enough. */
function ownAnswers(
  { isMeant, does, next }: OwnAnswers,
  evidence: RejectedEvidence,
  subject: Subject,
): Found {
  const { service, release } = evidence;
  const found = newKinds(evidence, subject, {
    isMeant,
    fewest: 2,
    leastRise: limitOf(subject.table, 'errorRatio').value,
    significance: 0.05,
    isByNone: true,
  });
  const [first] = found;
  if (!first) return pass(`${service}: no route of ${release} ${does} more than ${whereText(evidence)}`);
  const texts = found.map((kind) => kindText(kind, evidence));
  return fail(firstOf(texts, 3), {
    cause: texts[0],
    next: `${next(first.route || service)}, and hold the rollout`,
    askAgainAtMs: subject.atMs + 2 * subject.windowMs,
  });
}

/** No route of the release fails with a status that the release before doesn't give there, or much less often. */
export const routeErrors = (evidence: RejectedEvidence, subject: Subject): Found =>
  ownAnswers(
    { isMeant: isServerError, does: 'fails', next: (of) => `find what ${of} fails by` },
    evidence,
    subject,
  );

/** No route of the release sends callers elsewhere where the release before answers, or much more often. */
export const routeRedirects = (evidence: RejectedEvidence, subject: Subject): Found =>
  ownAnswers(
    { isMeant: isRedirect, does: 'redirects', next: (of) => `find why ${of} redirects` },
    evidence,
    subject,
  );

/** Users are not answered 4xx by the release more often than by the one before. */
export function rejected(evidence: RejectedEvidence, subject: Subject): Found {
  const { service, release, now, other } = evidence;
  const where = whereText(evidence);
  const detail = `${service}: ${partText(now)} operations of users on ${release} answered 4xx, ${partText(other)} ${where}`;
  const limit = { operator: '<=', value: leastRise } as const;
  if (now.of < 1 || other.of < 1) return pass(`too few operations to compare; ${detail}`);
  const { difference, pValue } = compareShares(countsOf(other), countsOf(now));
  const measured = { value: difference, unit: 'ratio', limit } as const;
  const askAgainAtMs = subject.atMs + 2 * subject.windowMs;
  const kinds = newKinds(evidence, subject, rejections);
  if (now.count >= fewestRejected && pValue < significance && difference > leastRise) {
    const [status] = Object.entries(now.statuses).sort(([, a], [, b]) => b - a)[0] ?? ['4xx'];
    const share = formatValue(now.count / now.of, 'ratio');
    const route = kinds.find((one) => one.status === status)?.route;
    return fail(`${detail}, most of them ${status}${route ? ` to ${route}` : ''}`, {
      ...measured,
      cause: `requests rejected with ${status}: ${share} on ${release}, ${formatValue(other.count / other.of, 'ratio')} ${where}`,
      next: `find which requests ${service} rejects with ${status}, and hold the rollout`,
      askAgainAtMs,
    });
  }
  const [kind] = kinds;
  if (!kind) return pass(detail, measured);
  return fail(`${detail}; ${kindText(kind, evidence)}`, {
    cause: `requests rejected: ${kindText(kind, evidence)}`,
    next: `find which requests ${kind.route || service} rejects with ${kind.status}, and hold the rollout`,
    askAgainAtMs,
  });
}
