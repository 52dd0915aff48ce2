import { mannKendall, theilSen } from '../../health-tests/support/trend.ts';
import type { Usage } from './driven-loop.ts';
import type { FaultKind, SoakPlan } from './plan.ts';
import type { Told } from './receivers.ts';

/** Alerts that a fault must bring, and those that it may bring besides, by how long it lasts. */
const implied: Record<FaultKind, { must: readonly string[]; may: readonly string[] }> = {
  errors: { must: ['HighErrorRate'], may: ['RollbackRequired'] },
  down: {
    must: ['ServiceDown'],
    may: [
      'RollbackRequired',
      'ObservabilityMetricsMissing',
      'SystemThroughputDegraded',
      'TestPassRateLow',
      'TestPassRateDegrading',
    ],
  },
  slow: { must: ['HighLatencyP95'], may: ['RollbackRequired'] },
  checks: {
    // The pass rate says no more than the failing checks, and is not told beside them.
    must: ['HealthCheckFailed'],
    may: ['TestPassRateDegrading', 'RollbackRequired'],
  },
};

/** What looks back further than a fault lasts, once there was one of its kind. */
const lasting: Partial<Record<FaultKind, readonly string[]>> = {
  errors: ['ErrorBudgetFastBurn', 'ErrorBudgetSlowBurn'],
  checks: ['IntermittentTestFailures'],
};

/** What the absence of the loop itself may bring while it is started again. */
const ofBlows = ['TestSuiteNotRunning', 'ObservabilityMetricsMissing', 'SystemThroughputDegraded'];

export interface Graces {
  /** After a fault, until what it brought can have begun. */
  faultMs: number;
  /** At the end: what looks back over hours may still fire when it began within it. */
  lastMs: number;
  /** After a blow, until the loop is itself again. */
  blowMs: number;
}

function isImplied({ name, startsMs }: Told, plan: SoakPlan, beganMs: number, graces: Graces): boolean {
  const atMs = startsMs - beganMs;
  const ofFaults = plan.faults.some(({ kind, fromMs, toMs }) => {
    if (atMs < fromMs - 1000) return false;
    if (lasting[kind]?.includes(name)) return true;
    return atMs <= toMs + graces.faultMs && [...implied[kind].must, ...implied[kind].may].includes(name);
  });
  const near = ({ atMs: struckMs }: { atMs: number }) =>
    atMs >= struckMs - 1000 && atMs <= struckMs + graces.blowMs;
  return ofFaults || (ofBlows.includes(name) && [{ atMs: 0 }, ...plan.blows].some(near));
}

/** Faults during which no cycle ended for so long that nobody could see them for their time: the machine was too busy. */
export function starvedFaults(
  plan: SoakPlan,
  endsMs: readonly number[],
  longestMs: number,
): SoakPlan['faults'] {
  return plan.faults.filter(({ fromMs, toMs }) => {
    const within = [fromMs, ...endsMs.filter((ms) => ms > fromMs && ms < toMs), toMs];
    return within.some((ms, index) => ms - (within[index - 1] ?? ms) > longestMs);
  });
}

/**
 * Findings on what was told: each alert of the plan, and no other; each that fired resolved, and in this order. Of faults
 * that were `starved` nothing must be told.
 */
export function judgeAlerts(
  told: readonly Told[],
  plan: SoakPlan,
  beganMs: number,
  graces: Graces,
  starved: SoakPlan['faults'] = [],
): string[] {
  const findings: string[] = [];
  const at = (ms: number) => `${((ms - beganMs) / 1000).toFixed(1)} s`;
  const episodes = new Map<string, Told[]>();
  for (const each of told) {
    const key = `${each.fingerprint} ${each.startsMs}`;
    episodes.set(key, [...(episodes.get(key) ?? []), each]);
  }
  for (const entries of episodes.values()) {
    const [first] = entries as [Told];
    if (!isImplied(first, plan, beganMs, graces))
      findings.push(`${first.name} from ${at(first.startsMs)} on is implied by nothing`);
    if (first.status !== 'firing') findings.push(`${first.name} was told resolved before it was told`);
    const mayLast = Object.values(lasting).some((names) => names.includes(first.name));
    const isLate = first.startsMs - beganMs > plan.durationMs - graces.lastMs;
    if (entries.at(-1)?.status !== 'resolved' && !(mayLast && isLate))
      findings.push(`${first.name} from ${at(first.startsMs)} on was never told resolved`);
  }
  for (const { kind, fromMs, toMs } of plan.faults.filter((fault) => !starved.includes(fault))) {
    const within = ({ startsMs }: Told) =>
      startsMs - beganMs >= fromMs - 1000 && startsMs - beganMs <= toMs + graces.faultMs;
    for (const name of implied[kind].must) {
      if (!told.some((each) => each.name === name && each.status === 'firing' && within(each)))
        findings.push(`${name} was not told of “${kind}” from ${fromMs / 1000} s to ${toMs / 1000} s`);
    }
  }
  return findings;
}

/** Findings on a receiver that is slow or flaky: in the end it knows what the good one knows. */
export function judgeReceiver(name: string, told: readonly Told[], good: readonly Told[]): string[] {
  const keyOf = ({ fingerprint, startsMs, status }: Told) => `${fingerprint} ${startsMs} ${status}`;
  const known = new Set(told.map(keyOf));
  const missing = good.filter((each) => each.status === 'resolved' && !known.has(keyOf(each)));
  return missing.map((each) => `the ${name} receiver was never told that ${each.name} is resolved`);
}

/** The most that a loop may use, whatever happens; a rise within what is tolerated is no leak, however steady it is. */
const limits = {
  rssBytes: { most: 400 * 2 ** 20, tolerated: 16 * 2 ** 20 },
  heapBytes: { most: 160 * 2 ** 20, tolerated: 4 * 2 ** 20 },
  descriptors: { most: 120, tolerated: 4 },
  walBytes: { most: 16 * 2 ** 20, tolerated: 4 * 2 ** 20 },
  timers: { most: 60, tolerated: 4 },
};
/** Shorter lives are all warm-up. */
const shortestJudgedMs = 60_000;

export type Figure = keyof typeof limits;
export const figures = Object.keys(limits) as Figure[];

/** How a figure went over the longest life: its first and last third, the p-value of a trend, and its rise by Theil and Sen. */
export interface Course {
  figure: Figure;
  samples: number;
  from: number;
  to: number;
  max: number;
  pValue: number;
  rise: number;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The longest life without its first third, in which caches fill. */
function settled(usage: readonly Usage[]): Usage[] {
  const lives = Map.groupBy(usage, ({ life }) => life);
  const longest = [...lives.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  const kept = longest.slice(Math.floor(longest.length / 3));
  const every = Math.max(1, Math.ceil(kept.length / 1500));
  return kept.filter((_, index) => index % every === 0);
}

/** How each figure went; nothing without two samples. */
export function coursesOf(usage: readonly Usage[]): Course[] {
  const points = settled(usage);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return [];
  return figures.map((figure) => {
    const values = points.map((point) => point[figure]);
    const third = Math.max(1, Math.floor(values.length / 3));
    const { slope } = theilSen(points.map((point) => ({ x: point.atMs, y: point[figure] })));
    return {
      figure,
      samples: values.length,
      from: meanOf(values.slice(0, third)),
      to: meanOf(values.slice(-third)),
      max: Math.max(...usage.map((each) => each[figure])),
      pValue: mannKendall(values).pValue,
      rise: slope * (last.atMs - first.atMs),
    };
  });
}

/** Findings on what the loop used: more than it ever may, or a steady rise. */
export function judgeUsage(usage: readonly Usage[]): string[] {
  const points = settled(usage);
  const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0);
  if (usage.length < 5) return [`the loop was seen running ${usage.length} times only`];
  return coursesOf(usage).flatMap(({ figure, max, pValue, rise }) => [
    ...(max > limits[figure].most
      ? [`${figure} went up to ${Math.round(max)}, at most ${limits[figure].most} is right`]
      : []),
    ...(spanMs >= shortestJudgedMs && pValue < 0.01 && rise > limits[figure].tolerated
      ? [
          `${figure} rose by ${Math.round(rise)} in ${Math.round(spanMs / 1000)} s (p = ${pValue.toExponential(1)})`,
        ]
      : []),
  ]);
}
