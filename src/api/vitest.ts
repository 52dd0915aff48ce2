export type { HttpAnswer, SendOptions } from '../clients/index.ts';
export type { Bound, LimitText, Measurement, Priority, Severity, Unit, WrittenUnit } from '../core/index.ts';
export {
  type CheckContext,
  type CheckOptions,
  type CleanUp,
  type CleanUpContext,
  check,
  type Measure,
  type MeasureDetails,
  type ProbeCall,
  type Probes,
  type TargetClient,
  test,
} from '../suite/checks/index.ts';
export { UnknownOutcome } from '../suite/index.ts';
