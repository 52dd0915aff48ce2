import { z } from 'zod';
import { type EngineState, engineState } from '../../alerts/index.ts';
import type { StateReader } from '../../history/index.ts';
import { exchange } from '../../suite/index.ts';

const time = z.number().nonnegative();

/** Which watch writes a history, for those who read it from another process. */
const watch = z.object({
  intervalMs: z.number().positive(),
  startedMs: time,
  /** Where it serves. */
  url: z.string(),
  pid: z.number(),
  targetId: z.string(),
});

/** Where the sentinel stands: how long ago it last made the whole way, or that it has not. */
const sentinel = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('never') }),
  z.object({ state: z.literal('received'), atMs: time, tookMs: z.number() }),
  z.object({ state: z.literal('missing'), atMs: time, reason: z.string() }),
]);

const confirmation = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  /** A first failure is looked at again at the fast cadence. */
  z.object({ state: z.literal('confirming'), failures: z.number(), sinceMs: time }),
  z.object({ state: z.literal('confirmed'), sinceMs: time }),
]);

const timedExchange = exchange.extend({ atMs: time });

const asked = z.array(timedExchange);

/** By check: what it asked when it failed last, and what it asked when it passed last before. */
const exchanges = z.record(z.string(), z.object({ bad: asked.min(1), good: asked }));

export type TimedExchange = z.output<typeof timedExchange>;
export type KeptExchanges = z.output<typeof exchanges>;
export type SentinelState = z.output<typeof sentinel>;
export type Confirmation = z.output<typeof confirmation>;
/** What the loop keeps of itself in the history; each is replaced when it changes. */
export interface SavedStates {
  watch: z.output<typeof watch>;
  sentinel: SentinelState;
  confirmation: Confirmation;
  alerts: EngineState;
  exchanges: KeptExchanges;
}

const shapes: { [Key in keyof SavedStates]: z.ZodType<SavedStates[Key]> } = {
  watch,
  sentinel,
  confirmation,
  alerts: engineState,
  exchanges,
};

/** A state that a watch saved; `undefined` when none did, or it is damaged or of another version. */
export const savedState = <Key extends keyof SavedStates>(
  history: Pick<StateReader, 'loadState'>,
  key: Key,
): SavedStates[Key] | undefined => history.loadState<SavedStates[Key]>(key, shapes[key]);

/** Cycles that must fail in a row, at the fast cadence, before a first failure counts as confirmed. */
export const confirmations = 3;

/** The confirmation after one more cycle; `inconclusive` neither confirms nor clears. */
export function confirm(
  before: Confirmation,
  verdict: 'pass' | 'fail' | 'inconclusive',
  atMs: number,
): Confirmation {
  if (verdict === 'pass') return { state: 'none' };
  if (verdict === 'inconclusive' || before.state === 'confirmed') return before;
  const failures = before.state === 'confirming' ? before.failures + 1 : 1;
  const sinceMs = before.state === 'confirming' ? before.sinceMs : atMs;
  return failures >= confirmations
    ? { state: 'confirmed', sinceMs }
    : { state: 'confirming', failures, sinceMs };
}
