import { cycleSignals, liveSignals, violationsOf } from '../../alerts/index.ts';
import {
  type CheckDefinition,
  checksOfShard,
  shardOf,
  shownUrl,
  suiteKind,
  type VigilConfig,
} from '../../core/index.ts';
import { pastCyclesOf, type Snapshot } from '../../history/index.ts';
import {
  ambiguity,
  type CheckOutcome,
  criteriaOf,
  quarantine,
  type RunContext,
  readReleases,
  withFittingNext,
} from '../../suite/index.ts';
import { type CycleRecord, cycleVerdict } from './cycle-record.ts';
import { unexpectedReleases } from './expected-release.ts';
import { observe, type TargetObservation } from './observe.ts';
import { type JudgedRun, type RunHooks, runAndJudge, type SuiteToRun } from './run-and-judge.ts';

/** A run that took place elsewhere, and the name of its suite. */
export interface RanElsewhere extends JudgedRun {
  suite: string | undefined;
}

const unobserved = async (): Promise<TargetObservation> => ({ up: true, values: {} });

export interface CycleOptions extends RunHooks {
  config: VigilConfig;
  context: RunContext;
  /** The checks that must be there, or of them those of the shard; without it the suite's own cases are the checks. */
  catalogue: readonly CheckDefinition[] | undefined;
  /** Folder of the suite's Vitest configuration. */
  suiteRoot: string;
  /** The probes of the configuration, when they run beside the suite. */
  beside?: SuiteToRun | undefined;
  /** What a run elsewhere came to; then nothing is run here, nor is the target looked at. */
  ran?: RanElsewhere | undefined;
  /** Evidence of the past cycles of this target. */
  snapshots: readonly Snapshot[];
}

/** Since when each failing check has failed without a break, as the recorded cycles of its target show. */
function withFailingSince(
  outcomes: readonly CheckOutcome[],
  snapshots: readonly Snapshot[],
  startedAt: Date,
): CheckOutcome[] {
  return outcomes.map((outcome) => {
    if (outcome.outcome !== 'fail') return outcome;
    const broken = snapshots.findLastIndex(
      ({ failing }) =>
        !failing.includes(outcome.id) && !(outcome.was !== undefined && failing.includes(outcome.was)),
    );
    const before = snapshots.slice(broken + 1);
    const timestamp = before[0]?.timestamp ?? startedAt.toISOString();
    return { ...outcome, failingSince: { timestamp, cycles: before.length + 1 } };
  });
}

/** Runs the suite once and judges it. What the suite or the target does wrong is in the record, never thrown. */
export async function runCycle(options: CycleOptions): Promise<CycleRecord> {
  const { config, context, beside } = options;
  const catalogue = options.catalogue && checksOfShard(options.catalogue, shardOf(config.suite.args));
  const startedAt = new Date();
  const began = performance.now();
  const { ran } = options;
  const finish = ran ? unobserved : observe(context, options.signal);
  const releases = ran ? undefined : readReleases(context.services, options.redactor.redact);
  const criteria = criteriaOf(config, { root: options.suiteRoot, catalogue: options.catalogue });
  const probes = suiteKind(config) === 'probes' ? config.probes : undefined;
  const main = ran ?? (await runAndJudge({ root: options.suiteRoot, catalogue, probes }, options));
  const more = beside && (await runAndJudge(beside, options));
  const [observed, releaseProblems] = await Promise.all([
    finish(),
    ran ? [] : unexpectedReleases(context.services),
  ]);
  const identity = releases && { name: config.name, releases: await releases, criteria };
  const judged = [...main.outcomes, ...(more?.outcomes ?? [])].map(withFittingNext);
  const inQuarantine = quarantine(judged, config.quarantine, Date.now());
  const outcomes = withFailingSince(inQuarantine.outcomes, options.snapshots, startedAt);
  // What the runner saw itself stands beside what the suite says, and no pass stands against it.
  const problems = [
    ...main.problems,
    ...config.quarantine
      .flatMap(({ check }) => ambiguity(check, judged) ?? [])
      .map((said) => `quarantine: ${said}`),
    ...(more?.problems ?? []).map((problem) => `probes: ${problem}`),
    ...(observed.downReason ? [`after the suite ${observed.downReason}`] : []),
    ...releaseProblems,
  ];
  const signals = cycleSignals(
    outcomes,
    options.catalogue && options.catalogue.length + (more?.outcomes.length ?? 0),
  );
  const history = pastCyclesOf(options.snapshots);
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
    identity,
    probe: config.probe,
    catalogueSize: options.catalogue?.length,
    verdict: cycleVerdict(signals, problems),
    outcomes,
    signals,
    values,
    live: observed.live,
    violations: violationsOf({ outcomes, values, down: observed.downReason }, context.thresholds, stamp),
    problems,
    leftBehind: [...main.leftBehind, ...(more?.leftBehind ?? [])],
    quarantine: inQuarantine.entries,
    completeness: main.completeness,
    suite: ran?.suite,
    remember: main.remember,
    output: [main.output, more?.output].filter(Boolean).join('\n'),
    junitXml: main.junitXml,
    probesXml: more?.junitXml,
  };
}
