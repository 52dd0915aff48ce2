import { cycleSignals, liveSignals, liveWindow, namingOf, violationsOf } from '../../alerts/index.ts';
import type { Witness } from '../../clients/index.ts';
import {
  type CheckDefinition,
  checksOfShard,
  type ProbeConfig,
  probeId,
  renewSecrets,
  shardOf,
  shownUrl,
  suiteKind,
  type VigilConfig,
} from '../../core/index.ts';
import { pastCyclesOf, type Snapshot } from '../../history/index.ts';
import {
  ambiguity,
  askReleases,
  type CheckOutcome,
  criteriaOf,
  downProblem,
  quarantine,
  type RunContext,
  releaseIdsIn,
  saidByInstances,
  withFittingNext,
} from '../../suite/index.ts';
import { unlessWatchCutOff } from './cut-off.ts';
import { type CycleRecord, cycleVerdict } from './cycle-record.ts';
import { instanceReleases, unexpectedReleases } from './expected-release.ts';
import { observe, type TargetObservation } from './observe.ts';
import type { OwnRequests } from './own-requests.ts';
import { type JudgedRun, type RunHooks, runAndJudge, type SuiteToRun } from './run-and-judge.ts';

/** A run that took place elsewhere, and the name of its suite. */
export interface RanElsewhere extends JudgedRun {
  suite: string | undefined;
}

const unobserved = async (): Promise<TargetObservation> => ({ up: true, values: {}, instances: [] });

export interface CycleOptions extends RunHooks {
  config: VigilConfig;
  context: RunContext;
  /** The checks that must be there, or of them those of the shard; without it the suite's own cases are the checks. */
  catalogue: readonly CheckDefinition[] | undefined;
  /** Folder of the suite's Vitest configuration. */
  suiteRoot: string;
  /** The probes of the configuration, when they run beside the suite. */
  probeSuite?: SuiteToRun | undefined;
  /** Tells whether the watch itself is cut off, where witnesses are configured. */
  witness?: Witness | undefined;
  /** What a run elsewhere came to; then nothing is run here, nor is the target looked at. */
  ran?: RanElsewhere | undefined;
  /** Who counts what this process asks of services, so that it is not taken for their users'. */
  ownRequests?: OwnRequests | undefined;
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

const downOf = ({ downReason, downNext = '' }: TargetObservation) =>
  downReason === undefined ? undefined : { summary: downReason, next: downNext };

/** Runs the suite once and judges it. What the suite or the target does wrong is in the record, never thrown. */
export async function runCycle(options: CycleOptions): Promise<CycleRecord> {
  const { config, context, probeSuite } = options;
  const shard = shardOf(config.suite);
  const catalogue = options.catalogue && checksOfShard(options.catalogue, shard);
  const startedAt = new Date();
  const began = performance.now();
  const { ran } = options;
  // Here and not where each is used: nothing may wait for a command while the loop has others to answer.
  if (!ran) await renewSecrets(config);
  const finish = ran ? unobserved : observe(context, options.signal, options.ownRequests, config.timeout);
  const asked = ran ? undefined : askReleases(context.services, options.signal);
  const criteria = criteriaOf(config, { root: options.suiteRoot, catalogue: options.catalogue });
  const isOwed = (probe: ProbeConfig) => !catalogue || catalogue.some(({ id }) => id === probeId(probe));
  const probes = suiteKind(config) === 'probes' ? config.probes.filter(isOwed) : undefined;
  const suite = { root: options.suiteRoot, catalogue, whole: options.catalogue, probes, shard };
  const main = ran ?? (await runAndJudge(suite, options));
  const catalogueSize = options.catalogue?.length ?? main.catalogueSize;
  const more = probeSuite && (await runAndJudge(probeSuite, options));
  const [looked, answers] = await Promise.all([finish(), asked]);
  const releases = answers && releaseIdsIn(answers, options.redactor.redact);
  const saidReleases = answers && saidByInstances(answers, options.redactor.redact);
  const identity = releases && { name: config.name, releases, criteria };
  const seen = await unlessWatchCutOff(
    { outcomes: [...main.outcomes, ...(more?.outcomes ?? [])].map(withFittingNext), observed: looked },
    options.witness,
    startedAt.getTime(),
  );
  const { outcomes: judged, observed, cutOff } = seen;
  const inQuarantine = quarantine(judged, config.quarantine, Date.now());
  const outcomes = withFailingSince(inQuarantine.outcomes, options.snapshots, startedAt);
  // What the runner saw itself stands beside what the suite says, and no pass stands against it.
  const problems = [
    ...(cutOff === undefined ? [] : [cutOff]),
    ...main.problems,
    ...config.quarantine
      .flatMap(({ check }) => ambiguity(check, judged) ?? [])
      .map((said) => `quarantine: ${said}`),
    ...(more?.problems ?? []).map((problem) => `probes: ${problem}`),
    ...(observed.downReason ? [downProblem(observed.downReason)] : []),
    ...(answers ? unexpectedReleases(context.services, answers) : []),
  ];
  const signals = cycleSignals(outcomes, catalogueSize && catalogueSize + (more?.outcomes.length ?? 0));
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
    saidReleases,
    probe: config.probe,
    catalogueSize,
    verdict: cycleVerdict(signals, problems),
    outcomes,
    signals,
    values,
    live: observed.live,
    instances: observed.instances,
    instanceReleases: answers && instanceReleases(context.services, answers),
    violations: violationsOf(
      { outcomes, values, live: liveWindow(samples, config.liveWindow), down: downOf(observed) },
      context.thresholds,
      stamp,
      namingOf(config, context.services),
    ),
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
