export type { CycleRecord } from './cycle-record.ts';
export { openCycleStandby } from './cycle-standby.ts';
export { readChecks, rememberedFile, writeChecks } from './known-checks-file.ts';
export { type KeepEvidence, type RecordedCycle, recordCycle } from './record-cycle.ts';
export { type CycleOptions, runCycle } from './run-cycle.ts';
