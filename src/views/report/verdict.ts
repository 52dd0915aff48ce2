import { formatDuration, formatValue, timesText } from '../../core/index.ts';
import type { Verdict } from '../../history/index.ts';
import type { AlertEpisode } from './alert-episodes.ts';
import { beforeAndNow } from './comparison.ts';
import type { Decisions } from './decided.ts';
import type { Objective } from './objectives.ts';
import type { ReportComparison } from './report-schema.ts';
import type { AlertPath, Consistency } from './trust.ts';
import type { Watched } from './watched.ts';
import type { InProduction, ReportWindow } from './window.ts';
import { alertTitle } from './words.ts';

/** What a person decides by. */
export interface Conclusion {
  verdict: Verdict;
  /** For a release manager: how much went wrong, what was done, and whether it is ready. */
  summary: string;
  /** One sentence. */
  headline: string;
  /** What to do now. */
  recommendation: string;
  /** Why it is a failure; any one is enough. */
  failures: string[];
  /** What is not proven. */
  doubts: string[];
  /** What else the reader must know; it changes no verdict. */
  cautions: string[];
}

export interface Weighed extends Pick<ReportWindow, 'fromMs' | 'toMs'> {
  objectives: readonly Objective[];
  watched: Watched;
  release: InProduction | null;
  alerts: { episodes: readonly AlertEpisode[] };
  incidents: readonly unknown[];
  decisions: Pick<Decisions, 'decided' | 'rollbacks'>;
  /** The verdict of the window's last cycle. */
  lastVerdict: Verdict | undefined;
  alertPath: AlertPath;
  consistency: Consistency;
  leastCoverage: number;
  comparison: ReportComparison | null;
}

/** To the minute: what a manager reads needs no seconds. */
const hours = (ms: number): string => formatDuration(Math.round(ms / 60_000) * 60_000);

/** Of the window at least this much must have been under watch, by plan and in fact. */
const leastPart = 0.95;

/** Those of the sentences that hold, each once. */
const those = (...sentences: (string | false | (string | false)[])[]): string[] => [
  ...new Set(sentences.flat().filter((text) => text !== false)),
];

const plural = (count: number, one: string, more: string): string => (count === 1 ? one : more);

function failuresOf({ objectives, alerts: { episodes }, decisions, lastVerdict }: Weighed): string[] {
  const isOver = ({ resolvedMs }: AlertEpisode) => resolvedMs !== null;
  const firing = episodes.filter((one) => !isOver(one) && one.severity === 'critical');
  const demanded = episodes.filter((one) => isOver(one) && one.alert === 'RollbackRequired');
  return those(
    objectives
      .filter(({ decides, state }) => decides && state === 'missed')
      .map(({ title, target, told }) => `${title} missed its objective: ${told}, must be ${target}`),
    firing.map((episode) => `${alertTitle(episode)} still fires at the end`),
    demanded.map(
      ({ alert, labels: { trigger = 'a trigger' } }) =>
        `${trigger.replaceAll('_', ' ')} called for a rollback (${alert})`,
    ),
    decisions.rollbacks.map(({ type, status, reason }) => `a rollback (${type}) ${status}: ${reason}`),
    lastVerdict === 'fail' && 'the last cycle failed',
  );
}

function thinness({ objectives, watched, fromMs, toMs, release, leastCoverage }: Weighed): string[] {
  const { cycles, observed, due, largestGapMs, ratio } = watched;
  if (!cycles.value) return ['the window holds no cycle: nothing was seen of the deployment'];
  const lengthMs = toMs - fromMs;
  const since = release ? toMs - release.sinceMs : Number.POSITIVE_INFINITY;
  const planned = watched.planned.value ?? 1;
  const others = watched.otherCycles.value ?? 0;
  return those(
    ratio.value === null && 'no slot came due: no loop watched in this window',
    ratio.value !== null &&
      ratio.value < leastCoverage &&
      `only ${observed.value} of ${due.value} due slots were observed, the longest gap ${hours(largestGapMs)}`,
    planned < leastPart &&
      `only ${hours(planned * lengthMs)} of the ${hours(lengthMs)} asked for were under watch`,
    since < leastPart * lengthMs && `the release has been in production for only ${hours(since)}`,
    others > 0.05 * cycles.value && `${others} cycles in this window are of other targets`,
    objectives
      .filter(({ decides, proof, state }) => decides && state === 'met' && proof?.state === 'too few')
      .map(({ title, proves }) => `${title} is met, but proves ${proves}`),
  );
}

/** What a sum over the window would take for good. */
function doubts({ consistency, watched, leastCoverage }: Weighed): string[] {
  const { doubtful, future, vanished } = consistency;
  const [doubts, all, dated] = [doubtful.value ?? 0, watched.cycles.value ?? 0, future.value ?? 0];
  return those(
    doubts > (1 - leastCoverage) * all &&
      `${doubts} of ${all} cycles can’t be trusted, though nothing failed in them`,
    dated > 0 &&
      `${dated} ${plural(dated, 'entry is', 'entries are')} dated after this report: a clock was wrong, so no time is reliable`,
    vanished.length > 0 && `not passed when judged last, and not judged any more: ${vanished.join(', ')}`,
  );
}

/** Whether the rules were judged to the end, and whether anybody would have been told. */
function silence({ alertPath: { judgedMs, sentinel }, watched }: Weighed): string[] {
  const lastMs = watched.lastCycleMs.value;
  if (lastMs === null) return [];
  return those(
    judgedMs.value === null && 'the alert rules were never judged: that no alert fired means nothing',
    judgedMs.value !== null &&
      judgedMs.value < lastMs &&
      'the alert rules were not judged up to the last cycle: that no alert fired since means nothing',
    sentinel === 'missing' && 'the last sentinel did not arrive: alerts may not have been delivered',
    sentinel === 'old' &&
      'no sentinel has arrived for long before the last cycle: that alerts arrived since is not proven',
  );
}

const doubtsOf = (weighed: Weighed): string[] =>
  those(
    thinness(weighed),
    doubts(weighed),
    silence(weighed),
    weighed.objectives
      .filter(({ decides, state }) => decides && state === 'unknown')
      .map(({ title, remark }) => `${title} is unknown: ${remark}`),
    weighed.lastVerdict === 'inconclusive' && 'the last cycle was inconclusive',
  );

function cautionsOf(weighed: Weighed): string[] {
  const { objectives, decisions, watched, release, alertPath } = weighed;
  const met = objectives.filter(({ state }) => state === 'met');
  const resolved = weighed.alerts.episodes.filter(
    ({ severity, resolvedMs }) => severity === 'critical' && resolvedMs !== null,
  ).length;
  const others = watched.otherCycles.value ?? 0;
  return those(
    decisions.decided.map(
      ({ to, verdict, override }) =>
        override !== null &&
        `the gate’s ${verdict} to ${to} % was overridden by ${override.by}: ${override.reason}`,
    ),
    objectives
      .filter(({ decides, state }) => !decides && state === 'missed')
      .map(({ title, told, target, remark }) => `${title} reached ${told}, ${remark} (must be ${target})`),
    met
      .filter(({ decides, proof }) => decides && ['not proven', 'refuted'].includes(proof?.state ?? ''))
      .map(({ title, proves }) => `${title} is met, but ${proves}`),
    met.map(
      ({ title, budgetLeft }) =>
        budgetLeft !== null &&
        budgetLeft < 0.5 &&
        `${title} has ${formatValue(budgetLeft, 'ratio')} of its error budget left`,
    ),
    (weighed.comparison?.measures ?? []).map((measure) => {
      const [before, now] = beforeAndNow(measure);
      return (
        measure.state === 'worse' && `${measure.title} got worse with this release: ${now}, ${before} before`
      );
    }),
    resolved > 0 && `${resolved} critical ${plural(resolved, 'alert', 'alerts')} fired and resolved`,
    !['received', 'old', 'missing'].includes(alertPath.sentinel) &&
      'no sentinel travelled the alert path: that alerts arrive is not proven',
    !release &&
      'no deployment is recorded until the end of the evidence: vigil can’t say since when this release is in production',
    others > 0 && `${others} cycles of other targets are left out of every figure`,
  );
}

const readiness = {
  pass: 'ready for more traffic',
  fail: 'not ready for more traffic',
  inconclusive: 'not proven ready for more traffic',
} as const satisfies Record<Verdict, string>;

/** `2 incidents; the release was rolled back once; not ready for more traffic.` */
function summaryOf({ incidents, decisions }: Weighed, verdict: Verdict): string {
  const { length } = incidents;
  const said = length === 0 ? 'No incident' : `${length} ${plural(length, 'incident', 'incidents')}`;
  const back = decisions.rollbacks.filter(({ status }) => status === 'succeeded').length;
  const times = timesText(back);
  return `${[said, ...(back > 0 ? [`the release was rolled back ${times}`] : []), readiness[verdict]].join('; ')}.`;
}

/** The conclusion: what fails fails; what is thin or unknown passes nothing; only the rest passes. */
export function conclude(weighed: Weighed): Conclusion {
  const failures = failuresOf(weighed);
  const doubts = doubtsOf(weighed);
  const cautions = cautionsOf(weighed);
  const reasons = { failures, doubts, cautions };
  if (failures.length > 0) {
    const isBack = weighed.decisions.rollbacks.some(({ status }) => status === 'succeeded');
    return {
      verdict: 'fail',
      summary: summaryOf(weighed, 'fail'),
      headline: `The deployment did not hold: ${failures[0]}.`,
      recommendation: isBack
        ? 'The rollback has run. Keep the release out until its cause is found, then deploy and watch again.'
        : 'Do not scale up. Roll back, or hold the traffic where it is until each reason below is understood.',
      ...reasons,
    };
  }
  if (doubts.length > 0) {
    return {
      verdict: 'inconclusive',
      summary: summaryOf(weighed, 'inconclusive'),
      headline: `The release is not proven: ${doubts[0]}.`,
      recommendation:
        'Do not scale up on this. Mend what kept the watch from seeing, and watch on until the reasons below are gone.',
      ...reasons,
    };
  }
  return {
    verdict: 'pass',
    summary: summaryOf(weighed, 'pass'),
    headline: `The deployment held for ${hours(weighed.toMs - weighed.fromMs)}: every deciding objective was met.`,
    recommendation:
      cautions.length > 0
        ? 'Go on with the rollout, or end the watch, after reading the cautions below.'
        : 'Go on with the rollout, or end the watch.',
    ...reasons,
  };
}

/** The reasons of a conclusion under their titles, where there are any. */
export const reasonsOf = ({ failures, doubts, cautions }: Conclusion) =>
  [
    { title: 'Why it is a failure', items: failures },
    { title: 'What is not proven', items: doubts },
    { title: 'Cautions', items: cautions },
  ].filter(({ items }) => items.length > 0);
