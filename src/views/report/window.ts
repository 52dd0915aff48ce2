import { type CycleReader, type Deployment, sqlText } from '../../history/index.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** How long a deployment is watched. */
export const fullWatchMs = 48 * hourMs;

/** What a report is about: [fromMs, toMs), whole seconds. */
export interface ReportWindow {
  fromMs: number;
  toMs: number;
  /** From one point of a curve to the next. */
  stepMs: number;
}

const second = (timeMs: number, round: 'ceil' | 'floor'): number => Math[round](timeMs / 1000) * 1000;

/** The newest evidence when the schedule has ended, else now: of a watch that died, the silence since belongs to the report. */
function endOf(reader: CycleReader, nowMs: number): number {
  const schedule = reader.grids().at(-1);
  if (schedule?.endMs === undefined || schedule.endMs > nowMs) return nowMs;
  const last = reader.latestCycle();
  return Math.min(nowMs, Math.max(schedule.endMs, last ? last.startedMs + last.durationMs : 0));
}

const steps = [15_000, 30_000, 1, 2, 5, 10, 15, 30, 60].map((step) => (step < 1000 ? step * minuteMs : step));

/** At most 600 points to a curve, but never a step past the window of the signals: between two points nothing may hide. */
function stepOf(lengthMs: number, liveWindowMs: number): number {
  const nice = steps.find((step) => lengthMs / step <= 600) ?? hourMs;
  return Math.max(1000, Math.min(nice, liveWindowMs));
}

/** The window up to the end of the watch: 48 hours, or since the time (or for the length) that is asked for. */
export function reportWindowOf(
  reader: CycleReader,
  asked: { nowMs: number; sinceMs: number | undefined; lengthMs: number | undefined; liveWindowMs: number },
): ReportWindow {
  const toMs = second(endOf(reader, asked.nowMs), 'ceil');
  const fromMs = second(asked.sinceMs ?? toMs - (asked.lengthMs ?? fullWatchMs), 'floor');
  return { fromMs, toMs, stepMs: stepOf(toMs - fromMs, asked.liveWindowMs) };
}

/** The release that is in production, and since when. */
export interface InProduction {
  release: string;
  sinceMs: number;
}

/** What was in production at the end: the release of the last deployment, since the first of those that name it without a break. */
export function releaseAt(deployments: readonly Deployment[]): InProduction | null {
  const last = deployments.at(-1);
  if (!last) return null;
  const other = deployments.findLastIndex(({ release }) => release !== last.release);
  return { release: last.release, sinceMs: (deployments[other + 1] ?? last).timeMs };
}

/** Conditions of SQL that every query of a report shares. */
export interface Scope extends ReportWindow {
  /** The cycles of the window and the target. */
  cycles: string;
  /** Journal entries of the window. */
  journal: string;
}

/** The condition that a cycle is of a target; none without a target. */
export const ofTargetText = (targetId: string | undefined): string =>
  targetId === undefined ? '' : ` AND target = (SELECT id FROM names WHERE text = ${sqlText(targetId)})`;

/** The conditions for a window and a target; without a target, for the cycles of all. */
export function scopeOf(window: ReportWindow, targetId: string | undefined): Scope {
  const { fromMs, toMs } = window;
  return {
    ...window,
    cycles: `started_ms >= ${fromMs} AND started_ms < ${toMs}${ofTargetText(targetId)}`,
    journal: `time_ms >= ${fromMs} AND time_ms < ${toMs}`,
  };
}
