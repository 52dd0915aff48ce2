import { existsSync } from 'node:fs';
import { historyFile } from './history-file.ts';
import { openHistoryReader } from './open-history.ts';

/** What the gate has let through for the newest deployment. */
export interface RolloutStage {
  release: string;
  /** Share of the traffic, percent. */
  percent: number;
}

/**
 * The stage that the newest recorded deployment has; `undefined` when none was recorded or no stage was taken.
 * @throws HistoryError when there is a history and it can't be read
 */
export function readStage(reports: string, nowMs: number): RolloutStage | undefined {
  const file = historyFile(reports);
  if (!existsSync(file)) return undefined;
  const reader = openHistoryReader({ file });
  try {
    const deployment = reader.deployments(0, nowMs).at(-1);
    const taken = deployment && reader.takenStages(deployment.timeMs);
    const percents = (taken ?? []).map(({ percent }) => percent);
    return deployment && percents.length > 0
      ? { release: deployment.release, percent: Math.max(...percents) }
      : undefined;
  } finally {
    reader.close();
  }
}
