import {
  type Bound,
  formatBeside,
  formatBound,
  formatDuration,
  formatValue,
  holds,
  type SignalName,
  type ThresholdTable,
  type Unit,
  VigilError,
} from '../../core/index.ts';

/** What a condition came to; of the unknown nothing may be concluded. */
export type ConditionOutcome = 'pass' | 'fail' | 'unknown';

/** One condition of a decision. */
export interface GateCondition {
  id: string;
  title: string;
  outcome: ConditionOutcome;
  value?: number;
  unit?: Unit;
  limit?: Bound;
  detail: string;
  /** What to do where it isn't met. */
  next?: string;
  /** When it can be met at the earliest; left out where waiting alone changes nothing. */
  askAgainAtMs?: number;
}

/** What else is said of a condition; what is not known is left out of it. */
interface More {
  value?: number | undefined;
  unit?: Unit;
  limit?: Bound;
  next?: string | undefined;
  askAgainAtMs?: number | undefined;
}

/** A condition without a figure, or with one that is only shown. */
export function stated(
  [id, title]: readonly [id: string, title: string],
  outcome: ConditionOutcome,
  detail: string,
  more: More = {},
): GateCondition {
  const { askAgainAtMs, ...others } = more;
  const rest = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  // Damaged evidence may put a time where no calendar reaches: nobody is told to come back then.
  if (askAgainAtMs !== undefined && !isBeyond(askAgainAtMs)) rest.askAgainAtMs = askAgainAtMs;
  return { id, title, outcome, detail, ...rest };
}

/** A condition that a figure must meet; without the figure it is unknown, and a miss is what `missed` says. */
export function bounded(
  name: readonly [id: string, title: string],
  figure: { value: number | undefined; unit: Unit; limit: Bound },
  detail: string,
  more: More & { missed?: 'fail' | 'unknown' } = {},
): GateCondition {
  const { missed = 'fail', ...rest } = more;
  const { value, unit, limit } = figure;
  if (value === undefined || Number.isNaN(value))
    return stated(name, 'unknown', detail, { unit, limit, ...rest });
  const isMet = holds(limit, value);
  const shown = { value, unit, limit };
  return isMet ? stated(name, 'pass', detail, shown) : stated(name, missed, detail, { ...shown, ...rest });
}

/** Value and limit as a person reads them: `97.2 %`, `≥ 95 %`. */
export function shownValues({ value, unit, limit }: GateCondition): { value: string; limit: string } {
  const shown = value === undefined || unit === undefined ? '' : formatValue(value, unit);
  if (limit === undefined || unit === undefined) return { value: shown, limit: '' };
  const beside = value === undefined ? '' : formatBeside(value, limit.value, unit);
  return { value: beside, limit: formatBound(limit, unit) };
}

/** The greatest time that a date can be, milliseconds (ECMA-262, "Time Values"). */
const latestMs = 8.64e15;
const isBeyond = (timeMs: number): boolean => Math.abs(timeMs) >= latestMs;

/** A time as ISO 8601; one that damaged evidence put beyond every calendar says so. No time at all is nothing to decide on: RangeError. */
export const isoExact = (timeMs: number): string =>
  isBeyond(timeMs) ? 'beyond every calendar' : new Date(timeMs).toISOString();

/** A time as a person reads it, to the second that has begun by then: who comes at that time is not too early. */
export const isoTime = (timeMs: number): string =>
  isoExact(Math.ceil(timeMs / 1000) * 1000).replace('.000Z', 'Z');

/** A duration as a person reads it, at most to the second and never shown as nothing. */
export function spanOf(durationMs: number): string {
  const rounded = durationMs > 3_600_000 ? Math.round(durationMs / 60_000) * 60_000 : durationMs;
  return formatDuration(Math.max(1000, Math.round(rounded / 1000) * 1000));
}

/** The objective of a signal; every signal that the gate judges has one, and a configuration can change it, not take it away. */
export function limitOf(table: ThresholdTable, signal: SignalName): Bound {
  const { slo, title } = table[signal];
  if (slo) return slo;
  throw new VigilError('CONFIG_INVALID', `${title} has no objective to judge by`, {
    where: `thresholds.${signal}.slo`,
  });
}

/** So much later; not known while either is not. */
export const later = (timeMs: number | undefined, byMs: number | undefined): number | undefined =>
  timeMs === undefined || byMs === undefined ? undefined : timeMs + byMs;

/** Observations of a window and how many of them were bad; `allowed` is a share, `perMs` how many come in a millisecond. */
interface BadShare {
  bad: number;
  total: number;
  allowed: number;
  perMs: number;
  windowMs: number;
}

/**
 * When a share that is too bad now can be good again at the earliest: nothing bad comes any more while `perMs` more are
 * counted, or the window has moved past what was bad. Milliseconds from now.
 */
export function recoversInMs({ bad, total, allowed, perMs, windowMs }: BadShare): number {
  if (allowed <= 0 || perMs <= 0) return windowMs;
  const needed = bad / allowed - total;
  return Math.min(windowMs, Math.max(0, Math.ceil(needed / perMs)));
}
