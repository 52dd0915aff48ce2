import type { StepResult, Transition } from '../../alerts/index.ts';
import { formatDuration, oneLine, shortened } from '../../core/index.ts';
import { failureText, isLate, isNotLoaded } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import type { LateEvent } from './escalate.ts';
import type { LoopOptions } from './loop-options.ts';
import { type StatusInput, watchVerdict } from './watch-status.ts';

/** The line that says where a loop serves, and how often it looks. */
export function servingLine(url: string, { intervalMs, durationMs, thenIntervalMs }: LoopOptions): string {
  const until = durationMs === undefined ? '' : ` for ${formatDuration(durationMs)}`;
  const then = thenIntervalMs === undefined ? '' : `, then every ${formatDuration(thenIntervalMs)}`;
  return `Serving ${url}; a cycle every ${formatDuration(intervalMs)}${until}${then}`;
}

/** The verdict, how many of the last cycle's failures the deployment brought, and how much was seen. */
export function endedLine(status: StatusInput): string {
  const { last, isKnown, coverage } = status;
  const failing = (last?.outcomes ?? []).filter(({ outcome }) => outcome === 'fail');
  const known = failing.filter(isKnown).length;
  const failures =
    failing.length === 0
      ? ''
      : ` (${failing.length - known} new ${failing.length - known === 1 ? 'failure' : 'failures'}, ${known} known before the deployment)`;
  return `Ended: ${watchVerdict(status)}${failures}; ${coverage.observed} of ${coverage.due} slots observed, largest gap ${formatDuration(coverage.largestGapMs)}`;
}

type Outcome = CycleRecord['outcomes'][number];

/** The first thing that kept a cycle from passing, and how many more did: the time limit that ended its suite before a check. */
function reasonOf(open: readonly Outcome[], problems: readonly string[]): string {
  const late = problems.find(isLate);
  if (late !== undefined) {
    const left =
      open.length > 0 ? ` (${open.length} ${open.length === 1 ? 'check' : 'checks'} did not pass)` : '';
    return `${shortened(oneLine(late), 300)}${left}`;
  }
  const [first] = open;
  const what = first
    ? `${first.outcome === 'unknown' ? 'unknown: ' : ''}${failureText(first, first.shown)}`
    : (problems[0] ?? '');
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
  return `${shortened(oneLine(what), 160)}${more}`;
}

/** What a cycle came to: its verdict, how many checks passed, and what kept it from passing. */
export function cycleLine({ verdict, outcomes, durationMs, problems }: CycleRecord): string {
  const judged = outcomes.filter(({ outcome }) => outcome !== 'skipped');
  const passed = judged.filter(({ outcome }) => outcome === 'pass').length;
  const open = [
    ...judged.filter(({ outcome }) => outcome === 'fail'),
    ...judged.filter(isNotLoaded),
    ...judged.filter((check) => check.outcome === 'unknown' && !isNotLoaded(check)),
  ];
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  const reason = verdict === 'pass' ? '' : reasonOf(open, problems);
  const line = `${verdict.toUpperCase()}  ${passed} of ${judged.length} checks in ${seconds}`;
  return reason === '' ? line : `${line}  ${reason}`;
}

/** The alerts that began or ended to fire in an evaluation, a line each, with what there is to say of one. */
export function alertLines(
  { transitions }: Pick<StepResult, 'transitions'>,
  saysOf: (transition: Transition) => string,
): string[] {
  return transitions.flatMap((transition) => {
    const { rule, labels, from, to } = transition;
    const name = [rule, labels.check ?? labels.trigger].filter(Boolean).join(' ');
    const says = oneLine(saysOf(transition));
    const alert = [labels.priority, shortened(says, 160), `(${name})`].filter(Boolean).join(' ');
    // One that has data again was firing all the while.
    if (to === 'firing') return from === 'firing' ? [] : [`FIRING  ${alert}`];
    return from === 'firing' && to === 'resolved' ? [`RESOLVED  ${alert}`] : [];
  });
}

/** An alert that others hear of now, because nobody has acknowledged it. */
export function escalatedLine({ event, channels }: LateEvent): string {
  const { priority, annotations, startsAt } = event;
  return `ESCALATED  ${priority} ${shortened(oneLine(annotations.summary), 160)} to ${channels.join(', ')}: firing since ${startsAt} and not acknowledged`;
}

/** Said at the start where an alert would reach nobody. */
export const noChannelLine =
  'WARNING: no notification channel is configured: alerts appear only here and on the page (notifications.channels)';
