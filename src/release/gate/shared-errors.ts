import { liveWindowOf, type SampleSource, slisOf } from '../../alerts/index.ts';
import { type Bound, formatDuration, holds } from '../../core/index.ts';
import { type Answers, answersIn, isServerError, type Part, partWith } from './answer-kinds.ts';
import { isAlike, partText } from './conditions/answers.ts';
import { onRelease } from './instance-evidence.ts';
import type { Period } from './plan.ts';
import type { GateSetup } from './setup.ts';

interface SharedQuestion extends Pick<GateSetup, 'naming'> {
  atMs: number;
  release: string;
  deployedMs: number;
  /** When the deployment and each stage began, oldest first. */
  changesMs: readonly number[];
  /** What begins so soon after a change may be its doing, wherever it shows. */
  graceMs: number;
  /** The share of errors that calls for a rollback. */
  limit: Bound;
}

/** So many operations of others tell whether they fail as well. */
const fewestOfOthers = 20;
/** One error of others may be chance. */
const fewestErrors = 2;

/** Which operations are meant, and which statuses are errors; all of them and 5xx where nothing is said. */
interface Meant {
  isOf?: (route: string) => boolean;
  isError?: (status: string) => boolean;
}

/** How users fare on the release and on other instances at the same time, in the newest live window. */
export interface Shared {
  /** That other instances fail as often, and did not begin to with a change of the release, in words; else `undefined`. */
  errors(meant?: Meant): string | undefined;
  /** That no user has reached the release while others were answered, in words; else `undefined`. */
  withoutTraffic(): string | undefined;
}

/** Opens what tells errors of the release from those of everybody; nothing of it where no instance says a release. */
export function openShared(source: SampleSource, question: SharedQuestion): Shared {
  const { naming, atMs, release, deployedMs, changesMs, graceMs, limit } = question;
  const on = onRelease(source, { release, deployedMs, atMs });
  const services = on.isKnown ? slisOf(naming) : [];
  const isOn = ({ key }: Answers) => on.since.has(key);
  const isPast = ({ count, of }: Part) => of > 0 && count >= fewestErrors && holds(limit, count / of);
  /** What was answered in a time, on the release and elsewhere. */
  const parts = (sli: (typeof services)[number], period: Period, meant: Meant) => {
    const { isOf = () => true, isError = isServerError } = meant;
    const all = (answersIn(source, sli, period) ?? []).filter(({ route }) => isOf(route));
    const { now = [], others = [] } = Object.groupBy(all, (one) => (isOn(one) ? 'now' : 'others'));
    return { now: partWith(now, isError), others: partWith(others, isError) };
  };
  const newest = services.map((sli) => {
    const windowMs = liveWindowOf(sli, naming);
    return { sli, windowMs, period: { fromMs: Math.max(deployedMs, atMs - windowMs), toMs: atMs } };
  });
  /** Whether others began to fail with a change: they did not before, and did soon after. */
  const beganWithChange = (sli: (typeof services)[number], meant: Meant) =>
    changesMs.some((changeMs) => {
      const before = parts(sli, { fromMs: changeMs - graceMs, toMs: changeMs }, meant).others;
      const after = parts(sli, { fromMs: changeMs, toMs: Math.min(atMs, changeMs + graceMs) }, meant).others;
      return isPast(after) && !isPast(before);
    });

  return {
    errors(meant = {}) {
      const failing = newest
        .map((one) => ({ ...one, ...parts(one.sli, one.period, meant) }))
        .filter(({ now, others }) => isPast({ count: now.count + others.count, of: now.of + others.of }));
      const isShared = ({ sli, now, others }: (typeof failing)[number]) =>
        others.of >= fewestOfOthers &&
        isPast(others) &&
        (now.of === 0 || isAlike(others, now)) &&
        !beganWithChange(sli, meant);
      const [first] = failing;
      if (!first || !failing.every(isShared)) return undefined;
      const { now, others, windowMs } = first;
      const own = now.of === 0 ? `no operations on ${release}` : `${partText(now)} on ${release}`;
      return `other instances fail as often: ${partText(others)} operations in ${formatDuration(windowMs)}, ${own}`;
    },
    withoutTraffic() {
      const seen = newest.map((one) => ({ ...one, ...parts(one.sli, one.period, {}) }));
      const [first] = seen;
      if (!first || seen.some(({ now }) => now.of > 0)) return undefined;
      const of = seen.reduce((sum, { others }) => sum + others.of, 0);
      if (of < fewestOfOthers || seen.some(({ sli }) => beganWithChange(sli, {}))) return undefined;
      return `${release} had no operations of users in ${formatDuration(first.windowMs)}, others had ${Math.round(of)}`;
    },
  };
}
