export type { Measurement, Priority, Severity } from '../catalogue/index.ts';
export {
  type CheckContext,
  type CheckOptions,
  check,
  type Measure,
  type MeasureDetails,
  type ProbeCall,
  type Probes,
  type TargetClient,
  test,
} from '../checks/index.ts';
export { UnknownOutcome } from '../run/index.ts';
export type { HttpAnswer, SendOptions } from '../target/index.ts';
export type { Bound, LimitText, WrittenUnit } from '../thresholds/index.ts';
export type { Unit } from '../units/index.ts';
