import type { Facts } from '../facts.ts';
import type { ShownAlert } from '../open-alerts.ts';

/**
 * How much is at stake: `act` now, a rollback is `busy`, `hold` the rollout, `blind` (nothing may be decided on what
 * is shown), `look` soon, `wait` a little, or `clear`.
 */
export type Level = 'act' | 'busy' | 'hold' | 'blind' | 'look' | 'wait' | 'clear';

/** One thing that is the case, with what to do about it. */
export interface Situation {
  level: Level;
  /** What to do, as the beginning of a sentence; left out where it is to hold the rollout. */
  lead?: string | undefined;
  because: string;
  next?: string | undefined;
  /** Where the documents tell more: `docs/incident-response.md#highlatencyp95`. */
  runbook?: string;
  /** The same in a few words, for when something worse stands in front. */
  brief: string;
}

/** What situations are recognised from: the facts, and the alerts of them, the worst first. */
export interface Scene extends Facts {
  alerts: readonly ShownAlert[];
}
