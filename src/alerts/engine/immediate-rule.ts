import type { EngineRule } from './inputs.ts';

/** A rule that fires with its first breached reading and ends with its first clear one. */
export const immediateRule = (
  name: string,
  labels: EngineRule['labels'],
  more: Partial<EngineRule> = {},
): EngineRule => ({ name, labels, forMs: 0, keepFiringMs: 0, onlyNew: false, ...more });
