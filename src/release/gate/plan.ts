import { formatDuration } from '../../core/index.ts';

/** Time that evidence is taken from. */
export interface Period {
  fromMs: number;
  toMs: number;
}

/** One step of a rollout: the share of the traffic, and how long after the deployment it may be taken. */
export interface PlanStage {
  percent: number;
  afterMs: number;
}

/** The stages by ascending share and time. */
export type RolloutPlan = readonly PlanStage[];

/** A stage that was taken, by a passed decision or against one by an override. */
export interface TakenStage {
  percent: number;
  takenMs: number;
  isOverride: boolean;
}

/** Where a rollout stands. */
export interface RolloutStanding {
  /** Share of the traffic that was let through so far; 0 before the first stage. */
  percent: number;
  /** Since when: the stage's own time, or the deployment's before the first. */
  sinceMs: number;
  /** Since when it soaks: a change that nobody recorded begins it anew. */
  soakFromMs: number;
  /** What may be asked for next; `undefined` when all is taken. */
  next: (PlanStage & { soakMs: number; soakEndsMs: number }) | undefined;
}

/** Where the rollout of a deployment stands, by name and time. */
export interface ReleaseStanding extends RolloutStanding {
  release: string;
  deployedMs: number;
}

/** How long the stage before must have held before this one: the time that the plan puts between them. */
export function soakOf(plan: RolloutPlan, percent: number): number {
  const index = plan.findIndex((stage) => stage.percent === percent);
  const stage = plan[index];
  return stage ? stage.afterMs - (plan[index - 1]?.afterMs ?? 0) : 0;
}

/** Whether the cycles that are needed fit into a soak time with one to spare: a slot may begin late or be missed. */
export function soakRoom(soakMs: number, intervalMs: number, needed: number) {
  const slots = Math.floor(soakMs / intervalMs);
  const least = formatDuration((needed + 1) * intervalMs);
  const holds = `a soak time of ${formatDuration(soakMs)} holds ${slots} cycle${slots === 1 ? '' : 's'} at an interval of ${formatDuration(intervalMs)}`;
  return {
    isEnough: slots >= needed,
    hasReserve: slots > needed,
    explanation: `${holds}, ${needed} are needed${slots === needed ? ' and none is to spare' : ''}`,
    change: `rollout.plan: a soak time of ${least} or more; or a shorter interval, or a lower thresholds.gateCycles`,
  };
}

/**
 * Where the rollout of a deployment stands. A stage may be taken when the plan's time since the deployment and the
 * time that the plan puts between it and the stage before are both over: waiting at 0 % proves nothing of 25 %.
 */
export function standingOf(
  plan: RolloutPlan,
  deployedMs: number,
  taken: readonly TakenStage[],
  anewMs = 0,
): RolloutStanding {
  const highest = Math.max(0, ...taken.map(({ percent }) => percent));
  const times = taken.filter(({ percent }) => percent === highest).map(({ takenMs }) => takenMs);
  const sinceMs = times.length > 0 ? Math.min(...times) : deployedMs;
  const soakFromMs = Math.max(sinceMs, anewMs);
  const next = plan.find(({ percent }) => percent > highest);
  if (!next) return { percent: highest, sinceMs, soakFromMs, next: undefined };
  const soakMs = soakOf(plan, next.percent);
  const soakEndsMs = Math.max(deployedMs + next.afterMs, soakFromMs + soakMs);
  return { percent: highest, sinceMs, soakFromMs, next: { ...next, soakMs, soakEndsMs } };
}

/** When the first stage was taken; `undefined` where none was. */
export const firstStageOf = (taken: readonly TakenStage[]): number | undefined =>
  taken.length > 0 ? Math.min(...taken.map(({ takenMs }) => takenMs)) : undefined;

/** The same with the release that it is about; `undefined` without a deployment. */
export function standingOfRelease(
  plan: RolloutPlan,
  deployment: { release: string; timeMs: number } | undefined,
  taken: readonly TakenStage[],
  anewMs?: number,
): ReleaseStanding | undefined {
  if (!deployment) return undefined;
  const { release, timeMs: deployedMs } = deployment;
  return { ...standingOf(plan, deployedMs, taken, anewMs), release, deployedMs };
}
