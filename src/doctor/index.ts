export { type EffectiveValue, effectiveLines, originOf } from './effective.ts';
export { type Finding, look } from './finding.ts';
export { lookAtMachine } from './look-at-machine.ts';
export { lookAtRollback } from './look-at-rollback.ts';
export { lookAtTarget } from './look-at-target.ts';
export { slaFindings } from './sla.ts';
