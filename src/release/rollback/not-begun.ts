import { z } from 'zod';
import type { NotificationEvent } from '../../alerts/index.ts';
import type { History, StateReader } from '../../history/index.ts';
import { notBegunPage } from './runs/notices.ts';

const key = 'rollback-not-begun';
const shape = z.object({
  /** Which trigger called for it, and in which episode. */
  trigger: z.string(),
  episode: z.string(),
  /** Of the option that was to begin. */
  type: z.string(),
  reason: z.string(),
  /** When it was tried first and last, in ms since 1970. */
  sinceMs: z.number(),
  lastMs: z.number(),
});
/** An automatic rollback that could not begin: nothing of it was done. */
export type NotBegun = z.output<typeof shape>;

/** What the loop tries again; kept in the history, because pages, alerts and the next loop go by it. */
export const notBegunIn = (history: StateReader): NotBegun | undefined =>
  history.loadState(key, shape.nullable()) ?? undefined;

type Kept = StateReader & Pick<History, 'saveState'>;
type Tell = (events: readonly NotificationEvent[]) => void;

/** Keeps that a rollback could not begin, and pages it the first time in its episode. */
export function noteNotBegun(
  history: Kept,
  found: Omit<NotBegun, 'sinceMs' | 'lastMs'>,
  nowMs: number,
  tell: Tell,
): void {
  const before = notBegunIn(history);
  const isSame = before?.episode === found.episode;
  const kept = { ...found, sinceMs: isSame ? before.sinceMs : nowMs, lastMs: nowMs };
  history.saveState(key, kept);
  if (!isSame) tell([notBegunPage(kept)]);
}

/** Ends it with its page: one has begun since, nothing calls for it any more, or a person took over. */
export function forgetNotBegun(history: Kept, nowMs: number, tell: Tell): void {
  const kept = notBegunIn(history);
  if (!kept) return;
  history.saveState(key, null);
  tell([notBegunPage(kept, nowMs)]);
}
