import { setImmediate as turn } from 'node:timers/promises';
import { evaluate, preloaded, type SampleSource, type SignalNaming } from '../../../alerts/index.ts';
import { lineExpressions, type SampledLine, sampledLines } from './lines.ts';

/** The values of the sampled lines at one instant, in their order; `null` where there is no data. */
export type LineValues = readonly (number | null)[];

/** What is kept of evaluations every `stepMs`. */
export interface Evaluations {
  /** Evaluates what is missing in fromMs ≤ time ≤ toMs, a piece at a time so that nothing else waits long. */
  fill(fromMs: number, toMs: number): Promise<void>;
  /** The evaluation at a multiple of the step; `undefined` before it was filled. */
  at(timeMs: number): LineValues | undefined;
}

/** How far back a gauge's sample may lie. */
const lookBackMs = 5 * 60_000;
/** Steps of one piece: some milliseconds of work. */
const pieceSteps = 60;

const round = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(5)) : value);

/**
 * Evaluates the lines on a grid of instants and remembers them: what was recorded doesn't change, so an instant
 * is evaluated once, however many look at it.
 */
export function openEvaluations(
  source: SampleSource,
  naming: SignalNaming,
  stepMs: number,
  keepMs: number,
): Evaluations {
  const expressions = lineExpressions(naming);
  const known = new Map<number, LineValues>();

  const valueAt = (line: SampledLine, samples: SampleSource, atMs: number): number | null => {
    const value = evaluate(expressions[line], samples, atMs);
    return value === undefined || !Number.isFinite(value) ? null : round(value);
  };
  const piece = (missing: readonly number[]) => {
    const [first = 0, last = 0] = [missing[0], missing.at(-1)];
    const samples = preloaded(source, first - Math.max(lookBackMs, naming.windowMs), last);
    for (const atMs of missing)
      known.set(
        atMs,
        sampledLines.map((line) => valueAt(line, samples, atMs)),
      );
  };
  let queue: Promise<void> = Promise.resolve();
  const work = async (fromMs: number, toMs: number) => {
    const missing: number[] = [];
    for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
      if (!known.has(atMs)) missing.push(atMs);
    }
    for (let begun = 0; begun < missing.length; begun += pieceSteps) {
      if (begun > 0) await turn();
      piece(missing.slice(begun, begun + pieceSteps));
    }
    for (const atMs of known.keys()) if (atMs < toMs - keepMs) known.delete(atMs);
  };

  return {
    // One after the other: two that look at once share the work.
    fill(fromMs, toMs) {
      queue = queue.catch(() => undefined).then(() => work(fromMs, toMs));
      return queue;
    },
    at: (timeMs) => known.get(timeMs),
  };
}
