import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import type { History } from '../../../src/history/history.ts';
import type { GateQuestion } from '../../../src/release/gate/decide.ts';
import type { GateEvidence } from '../../../src/release/gate/evidence.ts';
import type { GateSetup } from '../../../src/release/gate/setup.ts';
import { cycle, identity } from '../../history/cycle.ts';

export const second = 1000;
export const minute = 60_000;
export const hour = 3_600_000;

/** When the release was deployed in every test. */
export const deployedMs = Date.UTC(2026, 0, 5);
/** When the first stage was taken. */
export const takenMs = deployedMs + 20 * minute;
/** When is asked: the soak time of the second stage is over. */
export const askedMs = deployedMs + 70 * minute;
export const targetId = 'http://target';

export const setup: GateSetup = {
  plan: [
    { percent: 25, afterMs: 15 * minute },
    { percent: 50, afterMs: 60 * minute },
    { percent: 100, afterMs: 48 * hour },
  ],
  table: structuredClone(thresholds),
  naming: { ...defaultNaming, services: 'genesis-orchestration|genesis-planner' },
  services: ['genesis-orchestration', 'genesis-planner'],
  listed: [],
  asked: new Map(),
  advisory: [],
  quarantine: [],
  ledger: undefined,
  dependencies: [],
  provenPlan: undefined,
  proven: undefined,
  recoveryMs: undefined,
  intervalMs: 5 * minute,
  sampleIntervalMs: 15 * second,
  sentinelIntervalMs: hour,
  canary: undefined,
  targetId,
  name: 'Genesis',
  criteria: identity.criteria,
};

export const asking: GateQuestion = { id: 'decision', to: 50, askedBy: 'carol', via: 'command' };

/** Evidence on which 25 to 50 % passes. */
export function greenEvidence(): GateEvidence {
  return {
    atMs: askedMs,
    source: 'history',
    window: { fromMs: askedMs - 45 * minute, toMs: askedMs },
    recorded: {
      targetId,
      deployment: { release: 'v2', timeMs: deployedMs },
      fromTheFuture: [],
      taken: [{ percent: 25, takenMs, isOverride: false }],
      intervalMs: 5 * minute,
      watchedTargetId: targetId,
      cycles: { pass: 9, fail: 0, inconclusive: 0, foreign: 0 },
      coverage: { due: 9, observed: 9, largestGapMs: 0 },
      passRate: { ratio: 1, judged: 288 },
      newest: {
        id: 'newest',
        endedMs: askedMs - minute,
        verdict: 'pass',
        problems: [],
        newFailures: [],
        knownFailures: [],
        unknown: [],
        passed: 32,
        skipped: 4,
      },
      alerts: { evaluatedMs: askedMs - 10 * second, open: [] },
      sentinel: { state: 'received', atMs: askedMs - 30 * minute, tookMs: 900 },
      confirmation: { state: 'none' },
      rollbacks: [],
      identity: {
        name: 'Genesis',
        others: [],
        unidentified: 0,
        hash: identity.criteria.hash,
        criteria: structuredClone(identity.criteria),
        judgedBy: [
          {
            hash: identity.criteria.hash,
            criteria: structuredClone(identity.criteria),
            cycles: 9,
            lastMs: askedMs - minute,
          },
        ],
        release: {
          seen: ['v2'],
          inForce: 'v2',
          lastSeenMs: askedMs - 5 * minute,
          isMissing: false,
          anew: undefined,
          mix: undefined,
          silentSinceMs: undefined,
        },
      },
    },
    signals: {
      live: { windowMs: 5 * minute, operations: 2400, errorRatio: 0, latencyP95: 0.045 },
      stage: { windowMs: 45 * minute, operations: 21_600, errorRatio: 0.0001 },
      uptime: [
        { service: 'genesis-orchestration', up: 180, scrapes: 180, due: 180 },
        { service: 'genesis-planner', up: 180, scrapes: 180, due: 180 },
      ],
      burns: [
        {
          rule: 'ErrorBudgetFastBurn',
          factor: 14.4,
          longMs: hour,
          shortMs: 5 * minute,
          long: 0.1,
          short: 0,
        },
        {
          rule: 'ErrorBudgetSlowBurn',
          factor: 6,
          longMs: 6 * hour,
          shortMs: 30 * minute,
          long: 0.1,
          short: 0,
        },
      ],
    },
  };
}

/** What a green history is made of; a test changes what it is about. */
export interface GreenOptions {
  /** When the release was deployed; the rest lies as far from it as ever. */
  baseMs?: number;
  /** Up to when it was watched. */
  untilMs?: number;
  intervalMs?: number;
  cycleOf?: (timeMs: number) => Partial<Parameters<History['recordCycle']>[0]>;
  /** Errors per operation. */
  errorRatio?: number;
  /** Seconds of 95 of 100 operations, and of the other five. */
  latency?: number;
  jobs?: readonly string[];
  /** Left out: what the watch keeps of itself. */
  without?: readonly (
    | 'deployment'
    | 'stage'
    | 'watch'
    | 'sentinel'
    | 'alerts'
    | 'samples'
    | 'grid'
    | 'cycles'
  )[];
}

const bounds = [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, Number.POSITIVE_INFINITY];
const perSecond = 8;

/** The series of a target that has served for so long. */
export function series(
  seconds: number,
  { errorRatio = 0, latency = 0.03, labels = {} as Record<string, string> } = {},
) {
  const operations = seconds * perSecond;
  const job = { job: 'genesis-orchestration', ...labels };
  return [
    { series: { name: 'genesis_operations_total', labels: job }, value: operations },
    {
      series: { name: 'genesis_errors_total', labels: { ...job, category: 'internal' } },
      value: operations * errorRatio,
    },
    ...bounds.map((le) => ({
      series: {
        name: 'genesis_operation_duration_seconds_bucket',
        labels: { ...job, le: le === Number.POSITIVE_INFINITY ? '+Inf' : String(le) },
      },
      value: latency <= le ? operations : 0,
    })),
    { series: { name: 'genesis_operation_duration_seconds_count', labels: job }, value: operations },
  ];
}

/** Records the watch of a healthy release, so that 25 to 50 % passes when it is asked at `askedMs`. */
export function recordGreen(history: History, options: GreenOptions = {}): void {
  const { baseMs = deployedMs, intervalMs = 5 * minute, without = [] } = options;
  const untilMs = options.untilMs ?? baseMs + 70 * minute;
  const has = (part: NonNullable<GreenOptions['without']>[number]) => !without.includes(part);
  const jobs = options.jobs ?? setup.services;
  const startMs = baseMs - 30 * minute;
  history.transaction(() => {
    if (has('deployment')) history.recordDeployment({ timeMs: baseMs, release: 'v2', who: 'carol' });
    if (has('stage')) takeStage(history, 25, baseMs + 20 * minute, baseMs);
    if (has('grid')) history.beginGrid({ startMs, intervalMs });
    for (let timeMs = startMs; has('cycles') && timeMs + 8 * second < untilMs; timeMs += intervalMs) {
      history.recordCycle(cycle(timeMs, { targetId, ...options.cycleOf?.(timeMs) }));
    }
    for (let timeMs = startMs; has('samples') && timeMs <= untilMs; timeMs += 15 * second) {
      const up = jobs.map((job) => ({ series: { name: 'up', labels: { job } }, value: 1 }));
      history.recordSamples(timeMs, [...up, ...series(3600 + (timeMs - startMs) / 1000, options)], 'target');
    }
    if (has('watch')) {
      history.saveState('watch', { intervalMs, startedMs: startMs, url: 'http://vigil', pid: 1, targetId });
    }
    if (has('sentinel'))
      history.saveState('sentinel', { state: 'received', atMs: untilMs - 30 * minute, tookMs: 900 });
    if (has('alerts')) history.saveState('alerts', { version: 1, alerts: {}, groups: {} });
    history.saveState('confirmation', { state: 'none' });
  });
}

/** Records that a stage was taken. */
export function takeStage(history: History, percent: number, timeMs: number, ofMs = deployedMs): void {
  history.recordDecision({
    id: `taken ${percent} ${timeMs}`,
    timeMs,
    from: 0,
    to: percent,
    verdict: 'pass',
    isTaken: true,
    deployedMs: ofMs,
    release: 'v2',
    askedBy: 'carol',
    via: 'command',
    times: 1,
    lastMs: timeMs,
    body: {},
  });
}

/** The engine's saved state of a critical alert that fires. */
export const criticalAlert = {
  fingerprint: 'f',
  rule: 'ServiceDown',
  labels: { severity: 'critical' },
  status: 'firing',
  sinceMs: askedMs - minute,
  heldMs: minute,
  clearMs: 0,
  isNew: true,
  last: { atMs: askedMs, state: 'breached' },
};
