import { createHash } from 'node:crypto';
import type { DeclaredMaintenance } from '../../core/index.ts';
import type { MaintenanceWindow } from '../engine/inputs.ts';

/** One time of a window that the configuration declares. */
export interface DeclaredWindow extends MaintenanceWindow {
  /** The same for the same window at the same time, over every restart. */
  id: string;
}

/** How the id of every window that the configuration declares begins. */
export const declaredPrefix = 'configured ';

function windowOf({ reason, matchers }: DeclaredMaintenance, fromMs: number, toMs: number): DeclaredWindow {
  const text = JSON.stringify([reason, matchers, fromMs, toMs]);
  const id = `${declaredPrefix}${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return { id, reason, matchers, fromMs, toMs };
}

function timesOf(declared: DeclaredMaintenance, fromMs: number, toMs: number): DeclaredWindow[] {
  if (!('everyMs' in declared)) return [windowOf(declared, declared.fromMs, declared.toMs)];
  const { everyMs, offsetMs, lengthMs } = declared;
  // The first that may not be over at `fromMs`.
  const first = Math.floor((fromMs - lengthMs - offsetMs) / everyMs) * everyMs + offsetMs;
  const count = Math.floor((toMs - first) / everyMs) + 1;
  return Array.from({ length: count }, (_, index) => first + index * everyMs).map((startMs) =>
    windowOf(declared, startMs, startMs + lengthMs),
  );
}

/** The declared windows that touch fromMs ≤ time ≤ toMs, by their begin; a window's end no longer belongs to it. */
export function declaredWindows(
  declared: readonly DeclaredMaintenance[],
  fromMs: number,
  toMs: number,
): DeclaredWindow[] {
  return declared
    .flatMap((one) => timesOf(one, fromMs, toMs))
    .filter((window) => window.fromMs <= toMs && window.toMs > fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
}
