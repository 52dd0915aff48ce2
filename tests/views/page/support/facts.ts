import { catalogue } from '../../../../health-tests/catalogue.ts';
import type { AlertRecord } from '../../../../src/alerts/engine/state.ts';
import { alertRules } from '../../../../src/alerts/rules/make-rules.ts';
import { defaultNaming } from '../../../../src/alerts/signals/algebra/signal-naming.ts';
import type { SignalValues } from '../../../../src/alerts/signals/reading.ts';
import { labelFingerprint } from '../../../../src/core/labels/fingerprint.ts';
import { thresholds } from '../../../../src/core/thresholds/thresholds.ts';
import type { HistoryReader } from '../../../../src/history/history.ts';
import type { RecordedCycle, RecordedOutcome } from '../../../../src/history/recorded-cycle.ts';
import type { StatusInput } from '../../../../src/monitor/loop/watch-status.ts';
import type { GateDecision } from '../../../../src/release/gate/decide.ts';
import type { RollbackRun } from '../../../../src/release/rollback/runs/run.ts';
import type { Facts } from '../../../../src/views/page/facts.ts';
import type { RolloutFacts } from '../../../../src/views/page/rollout-facts.ts';
import { outcomesAt } from './outcomes.ts';

export const nowMs = Date.UTC(2026, 10, 24, 3, 10);
export const minute = 60_000;
const rules = alertRules(thresholds);

/** An alert as the engine holds it; `heldMin` defaults to all the time since `sinceMin` ago. */
export function alert(
  rule: string,
  status: 'pending' | 'firing',
  sinceMin: number,
  more: Partial<AlertRecord> & { labels?: Record<string, string> } = {},
): AlertRecord {
  const labels = { alertname: rule, ...rules.find(({ name }) => name === rule)?.labels, ...more.labels };
  const sinceMs = nowMs - sinceMin * minute;
  return {
    fingerprint: labelFingerprint(labels),
    rule,
    status,
    sinceMs,
    heldMs: nowMs - sinceMs,
    clearMs: 0,
    last: { atMs: nowMs, state: 'breached' as const },
    isNew: true,
    ...(status === 'firing' && { firedAtMs: sinceMs }),
    ...more,
    labels,
  };
}

/** What differs from a watch in which nothing is wrong. */
export interface Differences {
  alerts?: AlertRecord[];
  values?: SignalValues;
  status?: Partial<StatusInput>;
  cycle?: Partial<RecordedCycle> | 'none';
  outcomes?: RecordedOutcome[];
  isOwnCycle?: boolean;
  rollout?: RolloutFacts;
  rollbacks?: RollbackRun[];
  more?: Partial<Facts>;
  endsMs?: number;
}

/** Facts of a watch in which nothing is wrong, but for what is given. */
export function factsOf(given: Differences = {}): Facts {
  const coverage = { due: 96, observed: 96, missed: 0, ratio: 1, largestGapMs: 0, gaps: [] };
  const alerts = {
    version: 1 as const,
    alerts: Object.fromEntries((given.alerts ?? []).map((one) => [one.fingerprint, one])),
    groups: {},
    recent: {},
    incidents: {},
  };
  const status: StatusInput = {
    nowMs,
    startedMs: nowMs - 8 * 60 * minute,
    intervalMs: 5 * minute,
    last: undefined,
    coverage,
    values: { passRate: 1, errorRatio: 0.0002, latencyP95: 0.0447, uptime: 1, ...given.values },
    confirmation: { state: 'none' },
    sentinel: { state: 'received', atMs: nowMs - 20 * minute, tookMs: 400 },
    alerts,
    isKnown: () => false,
    pendingNotifications: 0,
    channels: {},
    warnings: [],
    ...given.status,
  };
  const cycle: RecordedCycle = {
    id: 'one',
    slotMs: nowMs - 2 * minute,
    startedMs: nowMs - 2 * minute,
    durationMs: 9000,
    targetId: 'http://genesis',
    verdict: 'pass',
    problems: [],
    signals: {},
    outcomes: given.outcomes ?? outcomesAt(nowMs, []),
    ...(given.cycle !== 'none' && given.cycle),
  };
  return {
    nowMs,
    source: {
      name: 'Genesis',
      table: thresholds,
      rules,
      naming: defaultNaming,
      catalogue,
      history: {} as HistoryReader,
      status: () => status,
      lastTickMs: () => nowMs,
      sampleMs: 15_000,
      suite: undefined,
      ownCommand: (words) => ['vigil', ...words].join(' '),
      isRollbackConfigured: true,
      isChangeable: false,
      ...(given.endsMs !== undefined && { endsMs: given.endsMs }),
    },
    status,
    cycle: given.cycle === 'none' ? undefined : cycle,
    isOwnCycle: given.isOwnCycle ?? given.cycle !== 'none',
    acknowledgements: [],
    maintenance: [],
    deployments: [],
    rollout: given.rollout,
    rollbacks: given.rollbacks ?? [],
    shadows: [],
    down: [],
    stalledSinceMs: undefined,
    endedMs: undefined,
    ...given.more,
  };
}

/** A rollout at 25 %, whose next stage is due at a time from now. */
export function rolloutAt(percent: number, dueInMin: number, more: Partial<RolloutFacts> = {}): RolloutFacts {
  const deployedMs = nowMs - 4 * 60 * minute;
  const plan = [
    [25, 15],
    [50, 360],
    [75, 1440],
    [100, 2880],
  ] as const;
  const next = plan.find(([stage]) => stage > percent);
  return {
    release: 'v2.4.1',
    deployedMs,
    percent,
    sinceMs: deployedMs + 15 * minute,
    soakFromMs: deployedMs + 15 * minute,
    advisory: [],
    decisions: [],
    stages: plan.map(([stage, after]) => ({
      percent: stage,
      afterMs: after * minute,
      takenMs: stage <= percent ? deployedMs + after * minute : undefined,
    })),
    next: next && {
      percent: next[0],
      afterMs: next[1] * minute,
      soakMs: 345 * minute,
      soakEndsMs: nowMs + dueInMin * minute,
    },
    missing: undefined,
    rollback: undefined,
    gate: undefined,
    ...more,
  };
}

/** What the gate would say; with a condition that is open, unless it passes. */
export function gateSaying(verdict: GateDecision['verdict'], more: Partial<GateDecision> = {}): GateDecision {
  const open: GateDecision['conditions'][number] = {
    id: 'operations',
    title: 'enough operations',
    outcome: verdict === 'fail' ? 'fail' : 'unknown',
    detail: '412 operations since 25 %, at least 3,000 are needed',
  };
  return {
    id: 'g',
    atMs: nowMs,
    from: 25,
    to: 50,
    verdict,
    next: '',
    proves: '',
    askedBy: 'page',
    via: 'page',
    conditions: [
      { id: 'soak', title: 'soak time', outcome: 'pass', detail: 'over' },
      ...(verdict === 'pass' ? [] : [open]),
    ],
    ...more,
  };
}

/** A rollback that began some minutes ago and stands in a stage. */
export function rollbackIn(
  status: RollbackRun['status'],
  stage: RollbackRun['stages'][number]['name'],
  beganMin: number,
  more: Partial<RollbackRun> = {},
  detail?: string,
): RollbackRun {
  const budgets = { announce: 1, drain: 2, rollback: 5, verify: 5, validate: 2 };
  const names = Object.keys(budgets) as RollbackRun['stages'][number]['name'][];
  const at = names.indexOf(stage);
  const startedMs = nowMs - beganMin * minute;
  const here = status === 'running' ? 'running' : status === 'aborted' ? 'aborted' : 'failed';
  return {
    id: 'run',
    type: 'flag',
    reason: 'error ratio over 1 % for 5 min',
    who: 'loop',
    startedMs,
    status,
    ...(status !== 'running' && { endedMs: nowMs - 4 * minute }),
    stages: names.map((name, index) => ({
      name,
      budgetMs: budgets[name] * minute,
      status: index < at || status === 'succeeded' ? 'done' : index > at ? 'waiting' : here,
      ...(index <= at && { startedMs: startedMs + index * 20_000 }),
      ...(index < at && { endedMs: startedMs + (index + 1) * 20_000 }),
      ...(index === at && detail !== undefined && { detail }),
    })),
    ...more,
  };
}
