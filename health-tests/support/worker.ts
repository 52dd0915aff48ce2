import { type Exchanges, noteExchanges, shareExchanges } from '../../src/clients/index.ts';

/**
 * What the checks share within one run: made once, on first use, in the one worker in which all
 * five suites run. A failure is shared too, so that every check that needs the thing says why.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  const exchanges: Exchanges = [];
  return () => {
    made ??= noteExchanges(exchanges, make);
    return made.finally(() => shareExchanges(exchanges));
  };
}
