export { type LabelSet, labelKey, type Matcher } from '../labels/index.ts';
export {
  burnRateOver,
  defaultNaming,
  type Element,
  type Expression,
  evaluate,
  evaluateVector,
  lowerBound,
  MemorySource,
  type NamedSignal,
  numberText,
  operationsWithin,
  preloaded,
  quorumPassRate,
  type SamplePoint,
  type SampleSource,
  type ScrapeTarget,
  type Series,
  type SignalNaming,
  scaledBy,
  signalExpressions,
  toPromQL,
  windowExpressions,
} from './algebra/index.ts';
export { type CycleSignals, cycleSignals } from './cycle-signals.ts';
export { jobs, probesUpRecord } from './jobs.ts';
export { type Judgement, judgeErrorRatio, judgeP95, operationsForP95, operationsToResolve } from './judge.ts';
export { type LiveSample, liveSampleOf } from './live-sample.ts';
export { type LiveWindow, liveWindow } from './live-window.ts';
export { namingOf } from './naming.ts';
export {
  type ComponentSample,
  componentMeans,
  componentSampleOf,
  liveSignals,
  type SignalValues,
} from './reading.ts';
export { type Point, type Sustained, sustained } from './sustained.ts';
