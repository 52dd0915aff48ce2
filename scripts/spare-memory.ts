import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** A collection stops everything for some 50 ms, so it is not done after each of many short cycles. */
const everyMs = 60_000;

/**
 * Gives what the last cycle left back to the machine: garbage, and code that only the start needed, 4 MB. Node itself
 * collects when memory is asked for, which a loop does too little of. At most once a minute; returns whether it did.
 */
export function openSpareMemory(now: () => number): () => boolean {
  let collectedMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - collectedMs < everyMs) return false;
    collectedMs = now();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as Collect;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    return true;
  };
}
