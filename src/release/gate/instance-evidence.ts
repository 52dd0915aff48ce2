import {
  instanceKey,
  instanceReleaseMetric,
  processStartMetric,
  type SampleSource,
  slisOf,
} from '../../alerts/index.ts';
import type { Matcher } from '../../core/index.ts';
import {
  type AnswerKind,
  type Answers,
  answersIn,
  countAnswers,
  failuresOfOthers,
  freshPoints,
  isRejection,
  isServerError,
  kindsOf,
  type OtherFailures,
  type Part,
  partWith,
} from './answer-kinds.ts';
import type { InstanceQuestion } from './instance-question.ts';
import { oldInstances } from './old-instances.ts';
import type { Period } from './plan.ts';
import { type DurationStep, type RouteDurations, routeDurationsIn } from './route-durations.ts';
import { type LatencyEvidence, routeLatencies } from './route-latency.ts';

const equal = (label: string, value: string): Matcher => ({ label, operator: '=', value });

/** Further back is not looked for restarts. */
const lookBackMs = 6 * 3_600_000;

/** Since when each instance has said the deployed release; without those that say another now. */
export function onRelease(
  source: SampleSource,
  { release, deployedMs, atMs }: Pick<InstanceQuestion, 'release' | 'deployedMs' | 'atMs'>,
) {
  const fromMs = Math.max(deployedMs, atMs - lookBackMs);
  const said = source.series(instanceReleaseMetric, [], fromMs, atMs);
  const newest = new Map<string, { release: string | undefined; timeMs: number }>();
  const since = new Map<string, number>();
  for (const series of said) {
    const [first, last] = [freshPoints(series)[0], freshPoints(series).at(-1)];
    if (!first || !last) continue;
    const key = instanceKey(series);
    if (series.labels.release === release) since.set(key, first.timeMs);
    if (!(last.timeMs < (newest.get(key)?.timeMs ?? 0)))
      newest.set(key, { release: series.labels.release, timeMs: last.timeMs });
  }
  return {
    isKnown: said.length > 0,
    since: new Map([...since].filter(([key]) => newest.get(key)?.release === release)),
  };
}

type OnRelease = ReturnType<typeof onRelease>;

/** How often an instance of the release has started anew since it was first seen to run it. */
export interface RestartEvidence {
  name: string;
  sinceMs: number;
  restarts: number;
  lastMs: number | undefined;
}

function restartsOf(source: SampleSource, question: InstanceQuestion, on: OnRelease): RestartEvidence[] {
  const { services, atMs } = question;
  const fromMs = Math.max(question.deployedMs, atMs - lookBackMs);
  return services.flatMap((job) =>
    source.series(processStartMetric, [equal('job', job)], fromMs, atMs).flatMap((series) => {
      const sinceMs = on.isKnown ? on.since.get(instanceKey(series)) : fromMs;
      if (sinceMs === undefined) return [];
      const points = freshPoints(series).filter(({ timeMs }) => timeMs >= sinceMs);
      const starts = points.filter(({ value }, index) => index > 0 && value !== points[index - 1]?.value);
      const { service, instance } = series.labels;
      const name = instance === undefined ? (service ?? job) : `${service} at ${instance}`;
      return [{ name, sinceMs, restarts: starts.length, lastMs: starts.at(-1)?.timeMs }];
    }),
  );
}

/** Answers 4xx of users, of all of their operations. */
export interface RejectedShare extends Part {
  /** How many there were of each status. */
  statuses: Record<string, number>;
}

/** What a service rejected on the release, and beside it or before. */
export interface RejectedEvidence {
  service: string;
  release: string;
  now: RejectedShare;
  /** By other instances at the same time, or by all of them before the deployment. */
  against: 'other releases' | 'before';
  other: RejectedShare;
  /** Its answers 4xx and 5xx by route and status, and its redirects by route, beside those of other instances and of the time before. */
  kinds: readonly AnswerKind[];
  /** Answers 5xx that others give, whether the release does or not. */
  failures: readonly OtherFailures[];
  /** Answers 5xx of all operations: of the release, of other instances beside it, and of the release before before the deployment. */
  failed: { now: Part; meanwhile: Part; before: Part };
}

/** So many operations of others are enough to compare with; else the time before the deployment is. */
const fewestOfOthers = 100;
/** Longer would cost more and show less: a rise of late would be lost in what was before. */
const longestMs = 3_600_000;

/** How many of the answers rejected a request, and by which status. */
function shareOf(answers: readonly Answers[]): RejectedShare {
  const rejected = answers.filter(({ status, count }) => count !== 0 && isRejection(status));
  const byStatus = Map.groupBy(rejected, ({ status }) => status);
  const statuses = [...byStatus].map(([status, alike]) => [status, countAnswers(alike)]);
  return { ...partWith(answers, isRejection), statuses: Object.fromEntries(statuses) };
}

/**
 * What instances answered before the deployment that did not run the release already, as one whose deployment was recorded
 * late does; none where nobody says a release.
 */
function withoutRelease(
  source: SampleSource,
  before: readonly Answers[],
  { fromMs, toMs }: Period,
  release: string,
  on: OnRelease,
): Answers[] {
  const said = source.series(instanceReleaseMetric, [equal('release', release)], fromMs, toMs);
  const early = new Set(said.map(instanceKey));
  return on.isKnown ? before.filter(({ key }) => !early.has(key)) : [];
}

/** The time since the deployment that is looked at, and as much of before. */
function periodsOf({ window, deployedMs, atMs }: InstanceQuestion): { since: Period; earlier: Period } {
  const lengthMs = Math.min(longestMs, 2 * Math.max(1, window.toMs - window.fromMs));
  return {
    since: { fromMs: Math.max(deployedMs, atMs - lengthMs), toMs: atMs },
    earlier: { fromMs: deployedMs - lengthMs, toMs: deployedMs },
  };
}

/**
 * What other instances answered since users reach the release: a fault of all of them that began late is no more of the release
 * than of them, though they were well for long before.
 */
function sinceReached(
  others: readonly Answers[],
  now: readonly Answers[],
  answers: (period: Period) => readonly Answers[] | undefined,
  { since, sampleIntervalMs }: { since: Period; sampleIntervalMs: number },
): readonly Answers[] {
  const reachedMs = Math.min(...now.flatMap(({ seenMs }) => seenMs.slice(0, 1))) - sampleIntervalMs;
  if (!Number.isFinite(reachedMs) || reachedMs <= since.fromMs) return others;
  const keys = new Set(others.map(({ key }) => key));
  return (answers({ fromMs: reachedMs, toMs: since.toMs }) ?? []).filter(({ key }) => keys.has(key));
}

function rejectedOf(source: SampleSource, question: InstanceQuestion, on: OnRelease): RejectedEvidence[] {
  const { naming, release, sampleIntervalMs } = question;
  const { since, earlier } = periodsOf(question);
  const isOn = ({ key }: Answers) => !on.isKnown || on.since.has(key);
  return slisOf(naming).flatMap((sli): RejectedEvidence[] => {
    const all = answersIn(source, sli, since);
    const before = answersIn(source, sli, earlier);
    if (!all || !before) return [];
    const { now = [], others = [] } = Object.groupBy(all, (one) => (isOn(one) ? 'now' : 'others'));
    const answers = (period: Period) => answersIn(source, sli, period);
    const alongside = sinceReached(others, now, answers, { since, sampleIntervalMs });
    const alone = withoutRelease(source, before, earlier, release, on);
    const meanwhile = shareOf(others);
    const isMeanwhile = meanwhile.of >= fewestOfOthers;
    return [
      {
        service: sli.service,
        release,
        now: shareOf(now),
        against: isMeanwhile ? 'other releases' : 'before',
        // Where others reject nothing now, the time before shows with them that they never do.
        other: !isMeanwhile
          ? shareOf(before)
          : meanwhile.count > 0
            ? meanwhile
            : shareOf([...others, ...before]),
        kinds: kindsOf(now, others, before, alongside),
        failures: failuresOfOthers(others, alone),
        failed: {
          now: partWith(now, isServerError),
          meanwhile: partWith(others, isServerError),
          before: partWith(alone, isServerError),
        },
      },
    ];
  });
}

/** The durations of some instances alone. */
function durationsOf(
  { routes, bounds }: RouteDurations,
  isMeant: (key: string) => boolean,
  isIn: (step: DurationStep) => boolean = () => true,
): RouteDurations {
  const isStep = (step: DurationStep) => isMeant(step.key) && isIn(step);
  return {
    routes: new Map([...routes].map(([route, steps]) => [route, steps.filter(isStep)])),
    bounds: new Map([...bounds].filter(([key]) => isMeant(key))),
  };
}

const noDurations: RouteDurations = { routes: new Map(), bounds: new Map() };

function latenciesOf(source: SampleSource, question: InstanceQuestion, on: OnRelease): LatencyEvidence[] {
  const { naming, release, atMs, sampleIntervalMs } = question;
  const { since, earlier } = periodsOf(question);
  const isOn = (key: string) => !on.isKnown || on.since.has(key);
  // Until an instance says the release nobody knows which one answered.
  const isSaid = ({ key, timeMs }: DurationStep) => timeMs >= (on.since.get(key) ?? 0);
  return slisOf(naming).flatMap((sli): LatencyEvidence[] => {
    const all = routeDurationsIn(source, sli, since, sampleIntervalMs);
    if (!all) return [];
    const now = durationsOf(all, isOn, isSaid);
    const meanwhile = durationsOf(all, (key) => !isOn(key));
    const before = routeDurationsIn(source, sli, earlier, sampleIntervalMs) ?? noDurations;
    const routes = routeLatencies({ now, meanwhile, before, atMs, sampleIntervalMs });
    return [{ service: sli.service, release, routes }];
  });
}

/**
 * What the instances of the deployed release show that others don't: restarts, requests that they reject, and slow
 * routes; and which of the others are down.
 */
export function instanceEvidence(source: SampleSource, question: InstanceQuestion) {
  const on = onRelease(source, question);
  return {
    restarts: restartsOf(source, question, on),
    rejected: rejectedOf(source, question, on),
    old: oldInstances(source, question),
    latencies: latenciesOf(source, question, on),
  };
}
