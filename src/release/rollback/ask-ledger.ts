import { heldPage } from './runs/notices.ts';
import type { StageName } from './runs/run.ts';
import type { ExecuteOptions } from './session-options.ts';

/**
 * Asks the ledger whether a rollback is still this process's own, before a stage that ended is told as its end or taken
 * back: another Vigil may have taken the rollback over meanwhile, and may have finished it. While the ledger can't be asked
 * the rollback holds; a person is paged after a lease. Returns whether it is this process's own; `false` also when
 * `session.stop` has ended the waiting. Without a ledger it is.
 */
export async function confirmOwn(
  { journal, run, session }: ExecuteOptions,
  stage: StageName,
  ended: string,
): Promise<boolean> {
  const { held, ledger, say, stop, tell, now } = session;
  if (!held || !ledger) return true;
  held.endStep();
  let paging: NodeJS.Timeout | undefined;
  let paged: string | undefined;
  const hold = (reason: string) => {
    const why = `unknown whether another Vigil has taken it over since the stage ${stage} ended (${ended}); ${reason}`;
    say(`The rollback holds: ${why}. Nothing is taken back until the ledger answers`);
    session.onProgress(run, { kind: 'text', stage, text: `holds: ${reason}` });
    journal.holdStage(run.id, stage, why);
    paging = setTimeout(() => {
      paged = why;
      tell([heldPage(run, why)]);
    }, ledger.leaseMs);
  };
  try {
    await held.confirm(stop, hold);
    return true;
  } catch (thrown) {
    if (!stop.aborted) throw thrown;
    return false;
  } finally {
    clearTimeout(paging);
    if (paged !== undefined) tell([heldPage(run, paged, now())]);
  }
}
