import { z } from 'zod';
import type { History, StateReader } from '../../history/index.ts';

const key = 'rollback-ledger-unreached';
const shape = z.object({ atMs: z.number() });

/** Notes that a rollback did not begin because the ledger could not be asked. */
export const noteUnreached = (history: Pick<History, 'saveState'>, atMs: number): void =>
  history.saveState(key, { atMs });

/** Whether that was so since a time in milliseconds: it may be tried again. */
export const wasUnreachedSince = (history: StateReader, sinceMs: number): boolean =>
  (history.loadState(key, shape)?.atMs ?? 0) >= sinceMs;
