import type { History, StateReader } from '../../history/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';
import { type KeptExchanges, savedState, type TimedExchange } from './saved-state.ts';

/** Of more checks the evidence is not kept: a suite where all fail needs no more of it. */
const mostChecks = 50;

/** Opens the keeping of what a check asked and was answered when it failed last, with the last good one of before. */
export function openKeptExchanges(history: Pick<History, 'saveState'> & Pick<StateReader, 'loadState'>) {
  const good = new Map<string, TimedExchange[]>();
  /** Notes what a cycle showed; kept where something failed. */
  return (outcomes: readonly CheckOutcome[], atMs: number): void => {
    const asked = outcomes.flatMap(({ id, outcome, exchanges = [] }) =>
      exchanges.length === 0 ? [] : [{ id, outcome, exchanges: exchanges.map((one) => ({ atMs, ...one })) }],
    );
    const failed = asked.filter(({ outcome }) => outcome === 'fail');
    if (failed.length > 0) {
      const kept: KeptExchanges = { ...savedState(history, 'exchanges') };
      for (const { id, exchanges } of failed)
        kept[id] = { bad: exchanges, good: good.get(id) ?? kept[id]?.good ?? [] };
      const atOf = ({ bad }: KeptExchanges[string]) => bad[0]?.atMs ?? 0;
      const newest = Object.entries(kept).sort(([, a], [, b]) => atOf(b) - atOf(a));
      history.saveState('exchanges', Object.fromEntries(newest.slice(0, mostChecks)));
    }
    for (const { id, outcome, exchanges } of asked) if (outcome === 'pass') good.set(id, exchanges);
  };
}
