import { formatDuration, type ThresholdTable, type VigilConfig } from '../../core/index.ts';
import { feasibilityOf, slaMs } from './feasibility.ts';
import type { Finding } from './finding.ts';

/** Whether the 15 minutes can be kept in the worst case, with every part of the sum. */
export function slaFindings(config: VigilConfig, table: ThresholdTable): Finding[] {
  const found = feasibilityOf(config, table);
  if (!found) return [];
  const { detectMs, slowestTrigger, decideMs, restoreMs, isFeasible, change } = found;
  const decider = config.rollback?.automatic
    ? 'the loop, in the same evaluation'
    : 'a person answers the page';
  return [
    { subject: 'detect', state: 'ok', detail: `${formatDuration(detectMs)} at worst, by ${slowestTrigger}` },
    { subject: 'decide', state: 'ok', detail: `${formatDuration(decideMs)} at worst: ${decider}` },
    {
      subject: 'restore',
      state: isFeasible ? 'ok' : 'problem',
      detail: `${formatDuration(restoreMs)} at worst from the decision, of ${formatDuration(slaMs)}; ${formatDuration(detectMs + decideMs + restoreMs)} from the fault`,
      ...(change && { hint: change }),
    },
  ];
}
