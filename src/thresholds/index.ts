export { type Bound, formatBound, holds, opposite } from './bound.ts';
export { type Limit, type LimitText, parseLimit, toBase, type WrittenUnit } from './limit-text.ts';
export {
  resolveThreshold,
  type SignalName,
  type SignalThresholds,
  type ThresholdLevel,
  type ThresholdRef,
  type ThresholdTable,
  thresholds,
} from './thresholds.ts';
export {
  type BurnWindow,
  burnWindows,
  checkFlips,
  cycleAgeBound,
  cycleIntervalSeconds,
  metricsAbsentSeconds,
} from './watch-limits.ts';
