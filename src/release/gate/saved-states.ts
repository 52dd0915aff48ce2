import { z } from 'zod';
import type { HistoryReader } from '../../history/index.ts';

const time = z.number().nonnegative();

const sentinel = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('never') }),
  z.object({ state: z.literal('received'), atMs: time, tookMs: z.number() }),
  z.object({ state: z.literal('missing'), atMs: time, reason: z.string() }),
]);

const confirmation = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('confirming'), failures: z.number(), sinceMs: time }),
  z.object({ state: z.literal('confirmed'), sinceMs: time }),
]);

const watch = z.object({ intervalMs: z.number().positive(), startedMs: time, targetId: z.string() });

const alerts = z.object({
  version: z.literal(1),
  alerts: z.record(
    z.string(),
    z.object({
      rule: z.string(),
      labels: z.record(z.string(), z.string()),
      status: z.enum(['pending', 'firing', 'resolved']),
      sinceMs: time,
      heldMs: z.number(),
      last: z.object({ atMs: time }),
    }),
  ),
});

const shapes = { sentinel, confirmation, watch, alerts };

/** A state that another process saved; `undefined` when there is none, or it is damaged or of another version. */
export function savedStateOf<Key extends keyof typeof shapes>(
  reader: Pick<HistoryReader, 'loadState'>,
  key: Key,
): z.output<(typeof shapes)[Key]> | undefined {
  let saved: unknown;
  try {
    saved = reader.loadState(key);
  } catch {
    return undefined; // no JSON: it tells nothing
  }
  const result = shapes[key].safeParse(saved);
  return result.success ? (result.data as z.output<(typeof shapes)[Key]>) : undefined;
}
