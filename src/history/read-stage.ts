import { askRecorded } from './ask-recorded.ts';

/** What the gate has let through for the newest deployment. */
export interface RolloutStage {
  release: string;
  /** Share of the traffic, percent. */
  percent: number;
}

/**
 * When the newest deployment was recorded; `undefined` without any.
 * @throws HistoryError when there is a history and it can't be read
 */
export const readDeployedMs = (reports: string, nowMs: number): number | undefined =>
  askRecorded(reports, (reader) => reader.deployments(0, nowMs).at(-1)?.timeMs);

/**
 * The stage that the newest recorded deployment has; `undefined` when none was recorded or no stage was taken.
 * @throws HistoryError when there is a history and it can't be read
 */
export function readStage(reports: string, nowMs: number): RolloutStage | undefined {
  return askRecorded(reports, (reader) => {
    const deployment = reader.deployments(0, nowMs).at(-1);
    const taken = deployment && reader.takenStages(deployment.timeMs);
    const percents = (taken ?? []).map(({ percent }) => percent);
    return deployment && percents.length > 0
      ? { release: deployment.release, percent: Math.max(...percents) }
      : undefined;
  });
}
