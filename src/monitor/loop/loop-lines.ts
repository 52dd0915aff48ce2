import type { StepResult } from '../../alerts/index.ts';
import { formatDuration, oneLine, shortened, testTitle } from '../../core/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
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
      : ` (${failing.length - known} new failures, ${known} known before the deployment)`;
  return `Ended: ${watchVerdict(status)}${failures}; ${coverage.observed} of ${coverage.due} slots observed, largest gap ${formatDuration(coverage.largestGapMs)}`;
}

/** What a cycle came to: its verdict, how many checks passed, and the first thing that kept it from passing. */
export function cycleLine({ verdict, outcomes, durationMs, problems }: CycleRecord): string {
  const judged = outcomes.filter(({ outcome }) => outcome !== 'skipped');
  const passed = judged.filter(({ outcome }) => outcome === 'pass').length;
  const open = [
    ...judged.filter(({ outcome }) => outcome === 'fail'),
    ...judged.filter(({ outcome }) => outcome === 'unknown'),
  ];
  const [first] = open;
  const what = first
    ? `${first.outcome === 'unknown' ? 'unknown: ' : ''}${first.shown ?? testTitle(first)}: ${first.reason ?? ''}`
    : (problems[0] ?? '');
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  const reason = verdict === 'pass' || what === '' ? '' : `  ${shortened(oneLine(what), 160)}${more}`;
  return `${verdict.toUpperCase()}  ${passed} of ${judged.length} checks in ${seconds}${reason}`;
}

/** The alerts that began or ended to fire in an evaluation, a line each. */
export function alertLines({ transitions }: Pick<StepResult, 'transitions'>): string[] {
  return transitions.flatMap(({ rule, labels, from, to }) => {
    const subject = labels.check ?? labels.trigger ?? labels.job ?? labels.service;
    const alert = [labels.priority, rule, subject].filter(Boolean).join(' ');
    if (to === 'firing') return [`FIRING  ${alert}`];
    return from === 'firing' && to === 'resolved' ? [`RESOLVED  ${alert}`] : [];
  });
}

/** Said at the start where an alert would reach nobody. */
export const noChannelLine =
  'WARNING: no notification channel is configured: alerts stand here and on the page, and nobody is told (notifications.channels)';
