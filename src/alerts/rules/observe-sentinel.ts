import type { EngineRule, Observation } from '../engine/inputs.ts';

/** The alert of a check that must fail; told at once, and only to the channel that answers for it. */
export const sentinelRule: EngineRule = {
  name: 'VigilSentinel',
  labels: { severity: 'info', priority: 'P4', signal: 'sentinel' },
  forMs: 0,
  keepFiringMs: 0,
  onlyNew: false,
  groupWaitMs: 0,
};

/** The reading of one sentinel: breached while it travels. */
export const observeSentinel = (nonce: string, isTravelling: boolean): Observation => ({
  rule: sentinelRule.name,
  labels: { sentinel: nonce },
  reading: { state: isTravelling ? 'breached' : 'clear' },
});
