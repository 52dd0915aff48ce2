import { immediateRule } from '../engine/immediate-rule.ts';
import type { Observation } from '../engine/inputs.ts';
import { runbookOfAlert } from './rule.ts';

/** The only alert while the watch is cut off: of everything else nothing is known. */
export const cutOffRule = immediateRule('WatchCutOff', {
  severity: 'critical',
  priority: 'P1',
  signal: 'witness',
});

/** The reading of the witness. */
export const observeWitness = (isOffline: boolean): Observation => ({
  rule: cutOffRule.name,
  labels: {},
  reading: { state: isOffline ? 'breached' : 'clear' },
});

/** What a person is told while the watch is cut off. */
export const cutOffText = () => ({
  summary: 'The network of the watch is down: neither the deployment nor any witness answers',
  next: 'check the network of the machine that runs Vigil; until then the state of the deployment is unknown',
  runbook: runbookOfAlert(cutOffRule.name),
});
