import type { z } from 'zod';
import { readStored } from '../core/index.ts';
import type { Store } from './store.ts';

/** Keeps a state as JSON under a key; the one before is replaced. */
export function saveState(store: Store, key: string, value: unknown, nowMs: number): void {
  store.insert(
    'state',
    { key, json: JSON.stringify(value) ?? 'null', time_ms: nowMs },
    'ON CONFLICT (key) DO UPDATE SET json = excluded.json, time_ms = excluded.time_ms',
  );
}

/** The state under a key by its schema; `undefined` when none was saved, or it is damaged or of another version. */
export function loadState<T>(store: Store, key: string, shape: z.ZodType<T>): T | undefined {
  const json = store.get('SELECT json FROM state WHERE key = ?', key)?.json;
  return json === undefined ? undefined : readStored(shape, String(json));
}

/** When the state under a key was saved; `undefined` when none was. */
export function stateSavedMs(store: Store, key: string): number | undefined {
  const timeMs = store.get('SELECT time_ms FROM state WHERE key = ?', key)?.time_ms;
  return timeMs === undefined ? undefined : Number(timeMs);
}
