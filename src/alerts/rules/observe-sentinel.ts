import { immediateRule } from '../engine/immediate-rule.ts';
import type { Observation } from '../engine/inputs.ts';

/** The alert of a check that must fail; told at once, and only to the channel that answers for it. */
export const sentinelRule = immediateRule(
  'VigilSentinel',
  { severity: 'info', priority: 'P4', signal: 'sentinel' },
  { groupWaitMs: 0 },
);

/** The reading of one sentinel: breached while it travels. */
export const observeSentinel = (nonce: string, isTravelling: boolean): Observation => ({
  rule: sentinelRule.name,
  labels: { sentinel: nonce },
  reading: { state: isTravelling ? 'breached' : 'clear' },
});
