import './matchers.ts';

export { type CheckContext, type CheckOptions, check } from './check.ts';
export type { CleanUp, CleanUpContext } from './clean-up.ts';
export type { Measure, MeasureDetails } from './measure.ts';
export type { ProbeCall, Probes } from './probe-calls.ts';
export type { TargetClient } from './target-client.ts';
export { test } from './test.ts';
