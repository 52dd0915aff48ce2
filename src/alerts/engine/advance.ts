import type { EngineRule, Reading } from './inputs.ts';
import type { AlertRecord } from './state.ts';

/** The times that decide about one alert. */
export interface Timing {
  forMs: number;
  keepFiringMs: number;
  /** Two readings further apart prove nothing of the time between. */
  maxGapMs: number;
}

/** How far apart two readings of a rule may lie and still prove the time between them. */
export function maxGapOf(
  rule: { intervalMs?: number } | undefined,
  policy: { evaluationIntervalMs: number; maxGapIntervals: number },
): number {
  return (rule?.intervalMs ?? policy.evaluationIntervalMs) * policy.maxGapIntervals;
}

/** The times of a rule's alert under a policy. */
export function timingOf(
  rule: EngineRule,
  forMs: number | undefined,
  policy: { evaluationIntervalMs: number; maxGapIntervals: number },
): Timing {
  return {
    forMs: forMs ?? rule.forMs,
    keepFiringMs: rule.keepFiringMs,
    maxGapMs: maxGapOf(rule, policy),
  };
}

/** The time that this reading and the one before prove to have been in `state` throughout. */
function proven(alert: AlertRecord, state: 'breached' | 'clear', nowMs: number, maxGapMs: number): number {
  const stepMs = nowMs - alert.last.atMs;
  return alert.last.state === state && stepMs > 0 && stepMs <= maxGapMs ? stepMs : 0;
}

function unknown(alert: AlertRecord, nowMs: number): void {
  alert.noDataSinceMs ??= alert.last.atMs;
  alert.last = { atMs: nowMs, state: 'unknown' };
}

function breached(alert: AlertRecord, nowMs: number, { forMs, maxGapMs }: Timing): void {
  alert.heldMs += proven(alert, 'breached', nowMs, maxGapMs);
  alert.clearMs = 0;
  alert.last = { atMs: nowMs, state: 'breached' };
  if (alert.status === 'pending' && alert.heldMs >= forMs) {
    alert.status = 'firing';
    alert.firedAtMs = nowMs;
  }
}

/** True when the alert is over. */
function clear(alert: AlertRecord, nowMs: number, { keepFiringMs, maxGapMs }: Timing): boolean {
  if (alert.status === 'pending') return true;
  if (alert.flapping) {
    alert.last = { atMs: nowMs, state: 'clear' };
    return false;
  }
  alert.clearMs += proven(alert, 'clear', nowMs, maxGapMs);
  alert.last = { atMs: nowMs, state: 'clear' };
  return alert.clearMs >= keepFiringMs;
}

/**
 * Takes a reading into an open alert, in place, and tells whether it is over.
 *
 * The unknown moves nothing: a pending alert keeps its `sinceMs` and `heldMs`, a firing one fires on and says
 * since when there is no data. Time between two readings counts, towards `for` and towards `keep firing`, only
 * when both say the same and they lie within `maxGapMs`; so a restart's gap is unknown time, unless it is short.
 */
export function advance(alert: AlertRecord, reading: Reading, nowMs: number, timing: Timing): boolean {
  if (reading.state === 'gone') return true;
  if (reading.state === 'unknown') {
    unknown(alert, nowMs);
    return false;
  }
  delete alert.noDataSinceMs;
  // JSON knows neither NaN nor infinity.
  if (Number.isFinite(reading.value)) alert.value = reading.value as number;
  if (reading.state === 'clear') return clear(alert, nowMs, timing);
  breached(alert, nowMs, timing);
  return false;
}
