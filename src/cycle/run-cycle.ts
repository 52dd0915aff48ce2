import path from 'node:path';
import { violationsOf } from '../alerts/index.ts';
import { type CheckDefinition, checksOfShard, shardOf } from '../catalogue/index.ts';
import type { VigilConfig } from '../config/index.ts';
import { historyOf, type Snapshot } from '../evidence/index.ts';
import { judgeCatalogue, judgeReport, suiteResultOf } from '../outcomes/index.ts';
import { type CaseEvent, type RunContext, runSuite } from '../run/index.ts';
import { cycleSignals, liveSignals } from '../signals/index.ts';
import { shownUrl, traceparentOf } from '../target/index.ts';
import { type CycleRecord, verdictOf } from './cycle-record.ts';
import { observe } from './observe.ts';

export interface CycleOptions {
  config: VigilConfig;
  context: RunContext;
  /** The checks that must be there, or of them those of the shard; without it the suite's own cases are the checks. */
  catalogue: readonly CheckDefinition[] | undefined;
  /** Folder of the suite's Vitest configuration. */
  suiteRoot: string;
  /** Evidence of the past cycles of this target. */
  snapshots: readonly Snapshot[];
  signal?: AbortSignal;
  onStart?: (pid: number) => void;
  onCase?: (event: CaseEvent) => void;
}

/** Runs the suite once and judges it. What the suite or the target does wrong is in the record, never thrown. */
export async function runCycle(options: CycleOptions): Promise<CycleRecord> {
  const { config, context } = options;
  const catalogue = options.catalogue && checksOfShard(options.catalogue, shardOf(config.suite.args));
  const startedAt = new Date();
  const began = performance.now();
  const finish = observe(context, options.signal);
  const run = await runSuite({
    suite: config.suite,
    root: options.suiteRoot,
    timeoutMs: config.timeout,
    compileCache: path.join(config.reports, '.compile-cache'),
    ...(!config.suite.command && { context }),
    ...(context.trace && { traceparent: traceparentOf(context.trace) }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onStart && { onStart: options.onStart }),
    ...(options.onCase && { onCase: options.onCase }),
  });
  const observed = await finish();
  const result = suiteResultOf(run);
  const judged = catalogue ? judgeCatalogue(result, catalogue, context.declared) : judgeReport(result);
  const { outcomes } = judged;
  // What the runner saw itself stands beside what the suite says, and no pass stands against it.
  const problems = observed.downReason
    ? [...judged.problems, `after the suite ${observed.downReason}`]
    : judged.problems;
  const signals = cycleSignals(outcomes, options.catalogue?.length);
  const history = historyOf(options.snapshots);
  const samples = observed.live ? [...history.liveSamples(), observed.live] : [];
  const values = {
    ...observed.values,
    ...liveSignals(samples, config.liveWindow),
    ...(signals.passRate !== undefined && { passRate: signals.passRate }),
    coverage: signals.coverage,
  };
  const stamp = { timestamp: startedAt.toISOString(), cycle: context.cycleId };
  return {
    id: context.cycleId,
    startedAt,
    durationMs: performance.now() - began,
    target: { id: context.targetId, url: shownUrl(context.target.orchestration), name: config.name },
    ...(config.probe && { probe: config.probe }),
    ...(options.catalogue && { catalogueSize: options.catalogue.length }),
    verdict: verdictOf(signals, problems),
    outcomes,
    signals,
    values,
    live: observed.live,
    violations: violationsOf({ outcomes, values, down: observed.downReason }, context.thresholds, stamp),
    problems,
    output: run.output,
    junitXml: run.junitXml,
  };
}
