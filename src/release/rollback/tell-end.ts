import { z } from 'zod';
import type { StateReader } from '../../history/index.ts';
import { forgetNotBegun } from './not-begun.ts';
import type { TypePlan } from './plan.ts';
import { openJournal } from './runs/journal.ts';
import { changeOf, failedPage, startedPage } from './runs/notices.ts';
import type { RollbackRun } from './runs/run.ts';
import type { SessionOptions } from './session-options.ts';

/** Tells how a run ended; pages when a person must continue, and ends that page when a later one has helped. */
export function tellEnd(
  run: RollbackRun,
  planned: TypePlan,
  { tell, now, history }: SessionOptions,
  needsPerson: boolean,
): void {
  const atMs = now();
  const open = failedSince(history);
  tell([
    changeOf(run, planned, 'end', atMs),
    startedPage(run, planned, atMs),
    ...(needsPerson && open === undefined ? [failedPage(atMs, run)] : []),
    ...(run.status === 'succeeded' && open !== undefined ? [failedPage(open, run, atMs)] : []),
  ]);
  if (needsPerson) history.saveState(failedKey, { sinceMs: open ?? atMs });
  if (run.status === 'succeeded') history.saveState(failedKey, {});
}

/** Since when a person is being paged; kept, so that the page can be resolved under the same name. */
const failedKey = 'rollback-failed';
const failedState = z.object({ sinceMs: z.number().optional() });
const failedSince = (history: StateReader): number | undefined =>
  history.loadState(failedKey, failedState)?.sinceMs;

/** A person has taken over: the page ends, and automatic rollbacks may run again. Returns how many runs that settles. */
export function settleRollbacks({
  history,
  now,
  tell,
}: Pick<SessionOptions, 'history' | 'now' | 'tell'>): number {
  const sinceMs = failedSince(history);
  return history.transaction(() => {
    forgetNotBegun(history, now(), tell);
    if (sinceMs !== undefined) tell([failedPage(sinceMs, { type: 'git' }, now())]);
    history.saveState(failedKey, {});
    return openJournal(history, now).settle();
  });
}
