import { testsJob } from '../../../alerts/index.ts';
import { queryInstant } from '../../../clients/index.ts';
import { wholeSeconds } from '../../../core/index.ts';
import type { JournalReader, RowReader } from '../../../history/index.ts';
import { isoExact } from '../condition.ts';
import type { GateEvidence, NewestCycle, RecordedEvidence } from '../evidence.ts';
import { periodOf } from '../gate-evidence.ts';
import { storyQuestion } from '../identity/identity-evidence.ts';
import { releaseStory } from '../identity/release-story.ts';
import type { Period } from '../plan.ts';
import type { GateSetup } from '../setup.ts';
import { signalEvidence } from '../signal-evidence.ts';
import { rolloutOf } from '../stored-state.ts';
import { type JudgedOutcome, judgeProbes, type ProbeRules, type ProbesJudgement } from './judge-probes.ts';
import { alertsFrom } from './open-alerts.ts';
import { suiteUpgrade } from './own-series.ts';
import { checkHistoriesOf } from './probe-check-histories.ts';
import { coverageByEnds, coverageTogether } from './probe-coverage.ts';
import { type ProbesSeen, probesSeen } from './probes-seen.ts';
import { samplesFrom } from './sample-source.ts';
import { identityIn, releasesIn } from './store-identity.ts';

/** Any store that speaks Prometheus's API, and how its probes are judged as one. */
export interface PrometheusStore {
  /** Base URL, as in `https://mimir.example.com/prometheus`. */
  url: string;
  /** How many probes must say the same. */
  quorum: number;
  /** The names of all that are configured: each must have been seen in the window. */
  probes?: readonly string[] | undefined;
  /** How often it scrapes, where that is not how often the loop samples. */
  scrapeIntervalMs?: number | undefined;
}

/** Clocks of two machines that are set by the network don't differ by more. */
const clockToleranceMs = 2000;
/** A cycle that ended longer ago than this many intervals proves nothing of now. */
const freshIntervals = 2;
const forEver = Number.MAX_SAFE_INTEGER;
/** How `vigil_check_status` says that a check was skipped. */
const skippedCode = 3;

async function futureEntries(
  ledger: JournalReader,
  seen: ProbesSeen,
  alerts: RecordedEvidence['alerts'],
  store: PrometheusStore,
  atMs: number,
): Promise<string[]> {
  const afterMs = atMs + clockToleranceMs;
  const askedMs = Date.now();
  const [theirs] = await queryInstant(store.url, 'time()');
  const aheadMs = (theirs?.value ?? Number.NaN) * 1000 - Math.max(Date.now(), askedMs);
  const cycles = [...seen.ends].filter(([, ends]) => ends.some((endMs) => endMs > afterMs));
  return [
    ...ledger.deployments(afterMs, forEver).map(({ release }) => `the deployment of ${release}`),
    ...(ledger.decisions(afterMs, forEver).length > 0 ? ['a decision'] : []),
    ...(Number.isNaN(aheadMs) ? ['the store for all that is known, which tells no time'] : []),
    ...(aheadMs > clockToleranceMs ? [`the store, ${wholeSeconds(aheadMs)} ahead`] : []),
    ...(alerts && alerts.evaluatedMs > afterMs ? ['the alerts'] : []),
    ...cycles.map(([probe]) => `cycles of ${probe}`),
  ];
}

/** Checks that were judged at a slot of the window and are not any more: taken out, or skipped since. */
function noLongerJudged({ states }: ProbesSeen, { checks }: ProbesJudgement, { fromMs }: Period) {
  const slots = [...states].filter(([timeMs]) => timeMs > fromMs);
  const said = slots.flatMap(([, probes]) => probes.flatMap((probe) => [...probe.checks]));
  const judged = new Set(said.filter(([, code]) => code !== skippedCode).map(([check]) => check));
  return [...judged]
    .filter((check) => (checks.get(check) ?? 'skipped') === 'skipped')
    .toSorted()
    .map((check) => ({ id: check, title: check }));
}

/** Why checks of the catalogue were not seen by enough probes: one by one they take over another suite, or they lost some. */
function unseenText(unseen: number, suites: ProbesSeen['suites']): string {
  const upgrade = suiteUpgrade(suites);
  const few = `${unseen} checks of the catalogue are looked at by too few probes`;
  return upgrade === undefined ? few : `${upgrade}; until all run one, ${few}`;
}

function newestOf(
  { checks, failing, unseen, verdict, endedMs }: ProbesJudgement,
  { suites }: ProbesSeen,
): NewestCycle | undefined {
  if (endedMs === undefined) return undefined;
  const of = (outcome: JudgedOutcome) =>
    [...checks].filter(([, said]) => said === outcome).map(([check]) => check);
  const evidenceOf = (check: string) => {
    const by = failing.get(check) ?? [];
    const fails = by.length > 0 ? `fails at ${by.join(', ')}` : 'passes at too few probes';
    return { id: check, title: check, reason: checks.get(check) === 'fail' ? fails : `no quorum, ${fails}` };
  };
  return {
    id: `the probes at ${isoExact(endedMs)}`,
    endedMs,
    verdict,
    problems: unseen > 0 ? [unseenText(unseen, suites)] : [],
    // What failed before the deployment already is known only to the histories of the probes.
    newFailures: of('fail').map(evidenceOf),
    knownFailures: [],
    unknown: of('unknown').map(evidenceOf),
    passed: of('pass').length,
    skipped: of('skipped').length,
  };
}

/** What the slots of the window showed, each judged as the probes stood at its end, and each check over them. */
function slotsOf(seen: ProbesSeen, rules: ProbeRules, window: Period) {
  const slots = [...seen.states]
    .filter(([timeMs]) => timeMs > window.fromMs)
    .map(([timeMs, states]) => ({ timeMs, judgement: judgeProbes(states, rules, timeMs) }));
  const observed = slots.map(({ judgement }) => judgement).filter(({ isObserved }) => isObserved);
  const count = (wanted: ProbesJudgement['verdict']) =>
    observed.filter(({ verdict }) => verdict === wanted).length;
  const judged = observed
    .flatMap(({ checks }) => [...checks.values()])
    .filter((outcome) => outcome !== 'skipped');
  const ratio = judged.filter((outcome) => outcome === 'pass').length / judged.length;
  return {
    cycles: { pass: count('pass'), fail: count('fail'), inconclusive: count('inconclusive'), foreign: 0 },
    passRate: judged.length > 0 ? { ratio, judged: judged.length } : undefined,
    checks: checkHistoriesOf(slots, seen.failedMs),
  };
}

/** Coverage by all probes together; without a schedule no slot was due, and nothing can be said of any. */
function coverageOf(seen: ProbesSeen, rules: ProbeRules, window: Period): RecordedEvidence['coverage'] {
  const { intervalMs, ends, probesOf } = seen;
  if (intervalMs === undefined) return { due: 0, observed: 0, largestGapMs: 0 };
  const byProbe = new Map([...ends].map(([probe, at]) => [probe, coverageByEnds(at, window, intervalMs)]));
  return coverageTogether(byProbe, probesOf, rules, window, intervalMs);
}

/** What keeps the newest cycles from being judged: a configured probe that ended none in the window. */
function withAllSeen(
  newest: NewestCycle | undefined,
  { ends }: ProbesSeen,
  { probes = [] }: PrometheusStore,
  { fromMs, toMs }: Period,
): NewestCycle | undefined {
  const isSeen = (probe: string) => ends.get(probe)?.some((endMs) => endMs > fromMs && endMs <= toMs);
  const unseen = probes.filter((probe) => !isSeen(probe));
  if (!newest || unseen.length === 0) return newest;
  const problem = `${unseen.join(', ')} ended no cycle in the window`;
  const verdict = newest.verdict === 'pass' ? 'inconclusive' : newest.verdict;
  return { ...newest, verdict, problems: [problem, ...newest.problems] };
}

/** The sentinel that enough probes have behind them. */
function sentinelOf({ sentinels }: ProbesSeen, quorum: number): RecordedEvidence['sentinel'] {
  const missing = sentinels.filter(({ isMissing }) => isMissing);
  const newest = sentinels
    .filter(({ isMissing }) => !isMissing)
    .sort((a, b) => b.atMs - a.atMs)
    .at(quorum - 1);
  if (newest) return { state: 'received', atMs: newest.atMs, tookMs: newest.tookMs };
  const last = missing.at(-1);
  const reason = `it is missing at ${missing.map(({ probe }) => probe).join(', ')}`;
  return last && { state: 'missing', atMs: last.atMs, reason };
}

/**
 * Collects everything that a decision on `to` percent rests on from a Prometheus-compatible store. What only the gate
 * itself knows (deployment, stages taken, rollbacks) stands in its own history, the ledger; the cycles, their coverage,
 * the alerts and the signals are those that the store holds, of however many probes.
 */
export async function prometheusEvidence(
  ledger: JournalReader & RowReader,
  store: PrometheusStore,
  setup: GateSetup,
  to: number,
  atMs: number,
): Promise<GateEvidence> {
  const { quorum, url, scrapeIntervalMs: sampleIntervalMs = setup.sampleIntervalMs } = store;
  const rollout = rolloutOf(ledger, atMs);
  const { timeMs: deployedMs, release } = rollout.deployment ?? {};
  const job = testsJob(setup.naming);
  const question = storyQuestion(ledger, rollout, setup, atMs);
  const asked = { deployedMs: deployedMs ?? atMs, atMs, intervalMs: setup.intervalMs, job, name: setup.name };
  const said = question && (await releasesIn(url, asked));
  const story = said && releaseStory(said.since, said.before, question);
  const window = periodOf(rollout, setup, to, atMs, story?.anew?.atMs);
  const seen = await probesSeen(url, window, {
    quorum,
    resolutionMs: sampleIntervalMs,
    job,
    name: setup.name,
  });
  const { intervalMs, catalogueChecks, targets } = seen;
  const rules = { quorum, catalogueChecks, freshMs: freshIntervals * (intervalMs ?? 0) };
  const now = judgeProbes(seen.states.get(window.toMs) ?? [], rules, atMs);
  const newest = withAllSeen(newestOf(now, seen), seen, store, window);
  const alerts = await alertsFrom(url, setup, atMs);
  const { targetId } = setup;
  const samples = await samplesFrom(url, setup, window);
  return {
    atMs,
    window,
    source: 'prometheus',
    recorded: {
      ...rollout,
      targetId,
      intervalMs,
      coverage: coverageOf(seen, rules, window),
      watchedTargetId: targets.find((target) => target !== targetId) ?? targets[0],
      sentinel: sentinelOf(seen, quorum),
      fromTheFuture: await futureEntries(ledger, seen, alerts, store, atMs),
      ...slotsOf(seen, rules, window),
      identity: identityIn(seen.infos, setup, atMs, story),
      // A cycle of before the deployment tells nothing of it.
      newest:
        newest && newest.endedMs >= (deployedMs ?? 0)
          ? { ...newest, noLonger: noLongerJudged(seen, now, window) }
          : undefined,
      alerts,
      confirmation: undefined,
    },
    signals: signalEvidence(samples, { ...setup, sampleIntervalMs, atMs, window, deployedMs, release }),
  };
}
