import { formatDuration } from '../../core/index.ts';
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
