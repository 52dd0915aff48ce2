import { clearTimeout, setTimeout } from 'node:timers';

/** A turn is given back after this time at the latest: a suite that hangs needs no processor, and must not stand in anybody's way. */
const longestTurnMs = 10_000;

/**
 * Lets at most `concurrency` suites begin at a time, in the order in which they come. Who runs longer than a turn goes on
 * running, but is no longer waited for.
 */
export function takeTurns(concurrency: number, turnMs = longestTurnMs) {
  const waiting: (() => void)[] = [];
  let free = concurrency;
  const give = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const take = async (): Promise<() => void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let isTaken = true;
    const giveOnce = () => {
      if (isTaken) give();
      isTaken = false;
      clearTimeout(timer);
    };
    const timer = setTimeout(giveOnce, turnMs);
    return giveOnce;
  };
  return async <T>(run: () => Promise<T>): Promise<T> => {
    const giveBack = await take();
    try {
      return await run();
    } finally {
      giveBack();
    }
  };
}
