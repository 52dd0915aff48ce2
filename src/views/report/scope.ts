import { sqlText } from '../../history/index.ts';
import type { ReportWindow } from './window.ts';

/** Conditions of SQL that every query of a report shares. */
export interface Scope extends ReportWindow {
  /** The cycles of the window and the target. */
  cycles: string;
  /** Journal entries of the window. */
  journal: string;
  /** The database's numbers of the target's cycles are the same cycles, oldest first. */
  targetId: string | undefined;
}

/** The conditions for a window and a target; without a target, for the cycles of all. */
export function scopeOf(window: ReportWindow, targetId: string | undefined): Scope {
  const { fromMs, toMs } = window;
  const ofTarget =
    targetId === undefined ? '' : ` AND target = (SELECT id FROM names WHERE text = ${sqlText(targetId)})`;
  return {
    ...window,
    targetId,
    cycles: `started_ms >= ${fromMs} AND started_ms < ${toMs}${ofTarget}`,
    journal: `time_ms >= ${fromMs} AND time_ms < ${toMs}`,
  };
}
