import {
  type Bound,
  formatAgainst,
  formatBound,
  formatDuration,
  formatValue,
  holds,
  type SignalName,
  type ThresholdTable,
  type Unit,
  VigilError,
} from '../../core/index.ts';
import type { GateEvidence } from './evidence.ts';
import type { DownInstance } from './old-instances.ts';
import type { ReleaseStanding } from './plan.ts';
import type { GateRules } from './setup.ts';

/** What to do where nothing has looked yet. */
export const startLoop = 'run the loop: vigil monitor --loop';

/**
 * What a condition came to; of the unknown nothing may be concluded. What is `not configured` is looked at by nobody, and
 * keeps no gate shut; nor does what is not met and only `advisory`.
 */
export type ConditionOutcome = 'pass' | 'fail' | 'unknown' | 'not configured' | 'advisory';

/** Whether a condition keeps the gate shut. */
export const isOpen = ({ outcome }: { outcome: ConditionOutcome }): boolean =>
  outcome === 'fail' || outcome === 'unknown';

/** What was found of a condition. */
export interface Found {
  outcome: ConditionOutcome;
  value?: number;
  unit?: Unit;
  limit?: Bound;
  detail: string;
  /** What keeps it from being met, in a few words; its title says so without them. */
  cause?: string;
  /** What to do where it isn't met. */
  next?: string;
  /** When it can be met at the earliest; left out where waiting alone changes nothing. */
  askAgainAtMs?: number;
}

/** One condition of a decision. */
export interface GateCondition extends Found {
  id: string;
  title: string;
}

/** What is wrong and not of the release, because it was there before it or follows from the rollout itself. */
export interface Excused {
  /** Checks that fail by errors which the release before gives its users alike, by their ids, each with what was found. */
  checks: ReadonlyMap<string, string>;
  /** Ids of the checks that are in quarantine, whether they fail now or not. */
  quarantined: ReadonlySet<string>;
  /** Instances that were taken away, by their service. */
  instances: ReadonlyMap<string, readonly DownInstance[]>;
  /** Services whose errors are those of the release before, which this one mends, each with what was found. */
  mended: ReadonlyMap<string, string>;
}

/** What is known before anything is judged: the evidence, the rules, and what follows from both. */
export interface Known extends GateEvidence, GateRules {
  /** Share of the traffic that is asked for, in percent. */
  to: number;
  /** `undefined` while no deployment is recorded. */
  standing: ReleaseStanding | undefined;
  windowMs: number;
  /** When the next cycle can have ended; not known without a schedule. */
  nextCycleMs: number | undefined;
  /** Whether cycles count that were judged by other thresholds or another suite. */
  acceptThresholds: boolean;
}

/** What every condition is judged on. */
export interface Subject extends Known {
  excused: Excused;
}

type Said = {
  [Key in 'value' | 'unit' | 'limit' | 'cause' | 'next' | 'askAgainAtMs']?: Found[Key] | undefined;
};

/** A finding without what is not known of it. */
export function finding(outcome: ConditionOutcome, detail: string, said: Said = {}): Found {
  // Damaged evidence may put a time where no calendar reaches: nobody is told to come back then.
  const askAgainAtMs = isBeyond(said.askAgainAtMs ?? 0) ? undefined : said.askAgainAtMs;
  const known = Object.entries({ ...said, askAgainAtMs }).filter(([, value]) => value !== undefined);
  return { outcome, detail, ...Object.fromEntries(known) };
}

export const pass = (detail: string, said?: Said): Found => finding('pass', detail, said);
export const fail = (detail: string, said?: Said): Found => finding('fail', detail, said);
export const unknown = (detail: string, said?: Said): Found => finding('unknown', detail, said);
export const notConfigured = (detail: string): Found => finding('not configured', detail);

/** A value that must meet its limit: unknown without the value, and `missed` where it does not meet it. */
export function bounded(
  detail: string,
  said: Said & { unit: Unit; limit: Bound },
  missed: 'fail' | 'unknown' = 'fail',
): Found {
  const { value = Number.NaN, unit, limit, ...rest } = said;
  if (Number.isNaN(value)) return unknown(detail, { unit, limit, ...rest });
  return holds(limit, value) ? pass(detail, { value, unit, limit }) : finding(missed, detail, said);
}

/** Value and limit as a person reads them: `97.2 %`, `≥ 95 %`. */
export function shownValues({ value, unit, limit }: Found): { value: string; limit: string } {
  const shown = value === undefined || unit === undefined ? '' : formatValue(value, unit);
  if (limit === undefined || unit === undefined) return { value: shown, limit: '' };
  const against = value === undefined ? '' : formatAgainst(value, limit.value, unit);
  return { value: against, limit: formatBound(limit, unit) };
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

/** The first names, and how many more there are. */
export function firstOf(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

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

/** A limit that counts times of so many milliseconds, in seconds. */
export const secondsOf = ({ operator, value }: Bound, ms: number): Bound => ({
  operator,
  value: (value * ms) / 1000,
});

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
