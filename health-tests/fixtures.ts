import { test as base, inject, type TestContext } from 'vitest';
import {
  accessOf,
  type Exchanges,
  enterExchanges,
  enterSpan,
  type HostReading,
  readHost,
  useAccess,
} from '../src/clients/index.ts';
import { describeMeasurement, type Measurement } from '../src/core/index.ts';
import { type PastCycles, readPast } from '../src/history/index.ts';
import {
  caseNameOf,
  checkSpanId,
  NOT_DECLARED,
  type RunContext,
  UNKNOWN_OUTCOME,
} from '../src/suite/index.ts';
import { catalogue } from './catalogue.ts';
import { type Live, openLive, patienceMs } from './support/live.ts';
import { type LogFiles, openLogs } from './support/logs.ts';
import { type Measure, recorder } from './support/measure.ts';
import { type MetricsClient, openMetrics } from './support/metrics.ts';
import { withoutOthers } from './support/own-spans.ts';
import type { SuiteFacts } from './support/suite-facts.ts';
import { openTarget, type Target } from './support/target.ts';
import { openTraceStore, type TraceStore } from './support/trace-store.ts';

export interface Fixtures {
  /** What this run knows: target, declared components, thresholds, time-outs. */
  config: RunContext;
  /** What Vitest itself knows of the suite and its settings. */
  facts: SuiteFacts;
  /** Records a measurement; a check that records none is not believed. */
  measure: Measure;
  target: Target;
  metrics: MetricsClient;
  /** Live traffic: counters over the window, with what was recorded before this run. */
  live: Live;
  traces: TraceStore;
  /** Reads memory, disks and cores of the host on which the target runs. */
  host: () => Promise<HostReading>;
  logs: LogFiles;
  /** The recorded cycles of this target. */
  history: PastCycles;
  /** Skips a check whose component isn't declared, before anything of it runs. */
  declaredOnly: undefined;
}

const config = inject('context');
useAccess(accessOf(config));
const metrics = openMetrics(config);
const live = openLive(config, metrics);
const logs = openLogs(config);
const target = openTarget(config);

/** Stands in where no traces are declared; the checks that need them are skipped before they ask. */
const noTraces: TraceStore = {
  spansOf: () => Promise.reject(new Error('no traces are declared')),
};

/** Where every check continues the cycle's trace, each looks at what its own requests caused. */
function tracesOf(store: TraceStore, caseName: string): TraceStore {
  const { trace } = config;
  if (!trace) return store;
  const others = inject('facts')
    .collected.map(({ file, name }) => caseNameOf({ file, fullName: name }))
    .filter((name) => name !== caseName)
    .map((name) => checkSpanId(trace.traceId, name));
  return withoutOthers(store, new Set(others));
}

const definitionOf = (task: { name: string }) => catalogue.find(({ id }) => task.name.startsWith(`${id} `));

/** Nobody else judges a run by hand, and Vitest knows no "unknown": a check that could not judge is a skip that says so. */
function skipUnknown(errors: readonly { name?: string; message: string }[], skip: TestContext['skip']): void {
  const isUnknown = errors.length > 0 && errors.every(({ name }) => name === UNKNOWN_OUTCOME);
  if (isUnknown) skip(errors.map(({ message }) => message).join('; '));
}

/** `test` with the fixtures of the monitor. Each check's first word is its id in the catalogue. */
export const test = base.extend<Fixtures>({
  config: async ({}, use) => use(config),
  facts: async ({}, use) => use(inject('facts')),
  measure: async ({ task, annotate }: TestContext, use: (measure: Measure) => Promise<void>) => {
    const measurements: Measurement[] = [];
    task.meta.vigil = { ...task.meta.vigil, measurements, next: definitionOf(task)?.next };
    await use(
      recorder((measurement) => {
        measurements.push(measurement);
        // Reaches JUnit as a <property>; Vitest waits for it before the check ends.
        void annotate(describeMeasurement(measurement), 'vigil');
      }, config.thresholds),
    );
  },
  target: async ({}, use) => use(target),
  metrics: async ({}, use) => use(metrics),
  live: async ({}, use) => use(live),
  traces: async ({ task }, use) =>
    use(config.target.traces ? tracesOf(openTraceStore(config.target.traces), task.fullName) : noTraces),
  host: async ({}, use) => use(() => readHost(config.target.host ?? {})),
  logs: async ({}, use) => use(await logs.fromNow()),
  history: async ({}, use) => {
    await use(readPast(config.reports, config.targetId));
  },
  declaredOnly: [
    async ({ task, skip }, use) => {
      const { trace } = config;
      enterSpan(trace && { ...trace, spanId: checkSpanId(trace.traceId, task.fullName) });
      const needs = definitionOf(task)?.needs ?? [];
      const missing = needs.filter((component) => !config.declared.includes(component));
      if (missing.length > 0) skip(`${NOT_DECLARED}${missing.join(', ')}`);
      // A first scrape that fails is not the failure of whichever check happens to run first: what
      // needs the window scrapes again and says why it can't.
      await Promise.allSettled([live.begin(), logs.begin()]);
      const exchanges: Exchanges = [];
      task.meta.vigil = { ...task.meta.vigil, exchanges };
      enterExchanges(exchanges);
      await use(undefined);
      enterExchanges(undefined);
      enterSpan(undefined);
      if (config.onDemand) skipUnknown(task.result?.errors ?? [], skip);
    },
    { auto: true },
  ],
});

/** A check of live traffic may wait for it where Vitest was started by hand. */
export const patient = config.onDemand ? { timeout: patienceMs + 20_000 } : {};

export { expect } from 'vitest';
export { UnknownOutcome } from '../src/suite/index.ts';
