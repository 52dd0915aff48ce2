import { setImmediate as turn } from 'node:timers/promises';

/** How long a part of it may take, milliseconds: nobody who asks meanwhile notices. */
const turnMs = 20;

/** Runs long work to its end in short parts, between which everything else has its turn. It says by `yield` where it may be interrupted. */
export async function inTurns<Result>(work: Generator<unknown, Result>): Promise<Result> {
  for (;;) {
    const untilMs = performance.now() + turnMs;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < untilMs);
    await turn();
  }
}

/** Runs the same work at once. */
export function atOnce<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
