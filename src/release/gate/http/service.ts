import type { History } from '../../../history/index.ts';
import { type Answer, type Asking, askHistory, keepAnswer, rolloutStanding } from '../gate.ts';
import type { GateSetup } from '../gate-evidence.ts';
import { accessBy, type Refusal } from './access.ts';

export interface GateServiceOptions {
  history: History;
  setup: GateSetup;
  token: string | undefined;
  now: () => number;
  /** Requests of one address in a minute, for each kind of route; default 120. */
  perMinute?: number;
}

/** What the routes share. */
export interface GateService {
  setup: GateSetup;
  history: History;
  now: () => number;
  perMinute: number;
  refusal(header: string | undefined): Refusal | undefined;
  /** Asks and keeps nothing. */
  ask(asking: Asking): Answer;
  /** Asks and keeps the decision; with `takes` a stage that is let through is taken. */
  decide(asking: Asking, takes: boolean): Answer;
  /** The stage that comes next; the last one when all are taken, the first one without a deployment. */
  nextStage(): number;
}

/** The gate behind the loop's port; every answer comes from the history, never from running the suite. */
export function gateService({
  history,
  setup,
  token,
  now,
  perMinute = 120,
}: GateServiceOptions): GateService {
  const ask = (asking: Asking) => askHistory(history, setup, asking, now());
  return {
    setup,
    history,
    now,
    perMinute,
    ask,
    refusal: accessBy(token),
    decide(asking, takes) {
      const answer = ask(asking);
      keepAnswer(history, answer, takes);
      return answer;
    },
    nextStage() {
      const standing = rolloutStanding(history, setup, now());
      const stage = standing ? standing.next : setup.plan[0];
      return (stage ?? setup.plan.at(-1))?.percent ?? 100;
    },
  };
}
