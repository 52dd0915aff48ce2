export {
  burnRateOver,
  defaultNaming,
  type Element,
  type Expression,
  evaluate,
  evaluateVector,
  type LabelSet,
  labelKey,
  type Matcher,
  MemorySource,
  matches,
  type NamedSignal,
  numberText,
  type SamplePoint,
  type SampleSource,
  type ScrapeTarget,
  type Series,
  type SignalNaming,
  signalExpressions,
  toPromQL,
} from './algebra/index.ts';
export { type CycleSignals, cycleSignals } from './cycle-signals.ts';
export { jobs } from './jobs.ts';
export { type Judgement, judgeErrorRatio, judgeP95, operationsForP95, operationsToResolve } from './judge.ts';
export { type LiveSample, liveSampleOf } from './live-sample.ts';
export { type LiveWindow, liveWindow } from './live-window.ts';
export {
  type ComponentSample,
  componentMeans,
  componentSampleOf,
  liveSignals,
  type SignalValues,
} from './reading.ts';
export { type Point, type Sustained, sustained } from './sustained.ts';
