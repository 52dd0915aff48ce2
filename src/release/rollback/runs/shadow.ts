import { z } from 'zod';
import { timesText } from '../../../core/index.ts';
import type { History, JournalReader, RowReader, StateReader } from '../../../history/index.ts';
import { type Outturn, outturnsAt, outturnText } from './outturn.ts';

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

/** A rollback that the loop would have started, and what became of that deployment. */
export interface ShadowRollback extends Recorded {
  outcome: Outturn;
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
  const shadows = kept(reader).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  if (shadows.length === 0) return [];
  const outturnOf = outturnsAt(reader, toMs);
  return shadows.map((shadow) => ({ ...shadow, outcome: outturnOf(shadow) }));
}

/** How often it was right, on one line. */
export const shadowRecord = (shadows: readonly Pick<ShadowRollback, 'outcome'>[]): string =>
  `would have rolled back ${timesText(shadows.length)}: ${outturnText(shadows.map(({ outcome }) => outcome))}`;
