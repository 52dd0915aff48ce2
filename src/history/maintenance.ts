import { z } from 'zod';
import type { Matcher } from '../core/index.ts';
import { jsonOf, type Store } from './store.ts';

/** A time in which a declared work explains what is seen. */
export interface RecordedMaintenance {
  id: string;
  reason: string;
  fromMs: number;
  toMs: number;
  /** What the labels of an alert must be for it to be covered; none for all. */
  matchers: readonly Matcher[];
  who?: string | undefined;
}

/** Keeps a maintenance window; one with the same id is replaced (so it can be ended early). */
export function saveMaintenance(store: Store, window: RecordedMaintenance): void {
  store.insert(
    'maintenance',
    {
      id: window.id,
      reason: window.reason,
      from_ms: window.fromMs,
      to_ms: window.toMs,
      matcher: window.matchers,
      who: window.who,
    },
    `ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, from_ms = excluded.from_ms,
       to_ms = excluded.to_ms, matcher = excluded.matcher, who = excluded.who`,
  );
}

const text = z.string();
const matcher = z.object({ label: text, operator: z.enum(['=', '!=', '=~', '!~']), value: text });
/** Matchers as they were kept: a list, or labels with the value that they must have. */
const matchers = z.union([
  z.array(matcher),
  z
    .record(text, text)
    .transform((labels): Matcher[] =>
      Object.entries(labels).map(([label, value]) => ({ label, operator: '=', value })),
    ),
]);

/** A window as JSON. */
export const maintenanceShape = z.object({
  id: text,
  reason: text,
  fromMs: z.number(),
  toMs: z.number(),
  matchers: z.array(matcher),
  who: text.optional(),
});

/** The windows that touch fromMs ≤ time ≤ toMs, by their begin; a window's end no longer belongs to it. */
export function maintenanceIn(store: Store, fromMs: number, toMs: number): RecordedMaintenance[] {
  return store
    .all(
      'SELECT * FROM maintenance WHERE from_ms <= ? AND to_ms > ? ORDER BY from_ms, id',
      Math.round(toMs),
      Math.round(fromMs),
    )
    .map((row) => ({
      id: String(row.id),
      reason: String(row.reason),
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      matchers: jsonOf(store, matchers, row.matcher),
      who: row.who === null ? undefined : String(row.who),
    }));
}
