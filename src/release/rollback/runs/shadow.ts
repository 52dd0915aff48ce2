import { z } from 'zod';
import type { History, JournalReader, RowReader, StateReader } from '../../../history/index.ts';
import { rollbackRuns } from './run.ts';

const shadowKey = 'shadow-rollbacks';

const recorded = z.object({
  atMs: z.number(),
  /** The deployment that it would have taken back: when it was recorded, and its release. */
  deployedMs: z.number(),
  release: z.string(),
  trigger: z.string(),
  reason: z.string(),
});
type Recorded = z.output<typeof recorded>;

/**
 * A rollback that the loop would have started. It was right when that deployment was rolled back afterwards, wrong when it
 * got more traffic instead; until one of the two happens it is open.
 */
export interface ShadowRollback extends Recorded {
  outcome: 'right' | 'wrong' | 'open';
}

const kept = (reader: StateReader): Recorded[] => reader.loadState(shadowKey, z.array(recorded)) ?? [];

/** Keeps what would have been done, once for a deployment as a rollback would be; whether it is new. */
export function recordShadow(history: History, shadow: Recorded): boolean {
  const before = kept(history);
  if (before.some(({ deployedMs }) => deployedMs === shadow.deployedMs)) return false;
  history.saveState(shadowKey, [...before, shadow].slice(-100));
  return true;
}

/** The rollbacks that the loop would have started in fromMs ≤ time ≤ toMs, oldest first. */
export function shadowRollbacks(
  reader: StateReader & JournalReader & RowReader,
  fromMs: number,
  toMs: number,
): ShadowRollback[] {
  const deployments = reader.deployments(0, toMs);
  const runs = rollbackRuns(reader, 0, toMs);
  return kept(reader)
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .map((shadow) => {
      const { atMs, deployedMs } = shadow;
      const untilMs =
        deployments.find(({ timeMs }) => timeMs > deployedMs)?.timeMs ?? Number.POSITIVE_INFINITY;
      const isBack = runs.some(({ startedMs }) => startedMs >= deployedMs && startedMs < untilMs);
      const isFurther = reader
        .takenStages(deployedMs)
        .some(({ takenMs }) => takenMs > atMs && takenMs <= toMs);
      return { ...shadow, outcome: isBack ? 'right' : isFurther ? 'wrong' : 'open' };
    });
}

/** How often it was right, on one line. */
export function shadowRecord(shadows: readonly Pick<ShadowRollback, 'outcome'>[]): string {
  const count = (outcome: ShadowRollback['outcome']) =>
    shadows.filter((one) => one.outcome === outcome).length;
  return `would have rolled back ${shadows.length} times: ${count('right')} right, ${count('wrong')} wrong, ${count('open')} not decided yet`;
}
