import type { ThresholdTable } from '../../../core/index.ts';
import { bounded, type GateCondition, isoTime, later, limitOf, spanOf, stated } from '../condition.ts';
import type { GateEvidence } from '../evidence.ts';

const clock = ['clock', 'clock'] as const;
const target = ['target', 'evidence of this target'] as const;
const cycles = ['cycles', 'cycles'] as const;
const freshness = ['freshness', 'newest cycle'] as const;
const coverage = ['coverage', 'coverage of the watch'] as const;
const gap = ['gap', 'largest gap'] as const;

const runLoop = 'let the watch run: vigil monitor --loop';

/** Nothing dated after now: with a clock that was set, no soak time and no age can be believed. */
function clockCondition({ recorded, atMs }: GateEvidence): GateCondition {
  const future = recorded.fromTheFuture;
  if (future.length === 0) return stated(clock, 'pass', `nothing is dated after ${isoTime(atMs)}`);
  return stated(clock, 'unknown', `dated after now: ${future.join(', ')}`, {
    next: 'set the clock right; what was recorded under the wrong one counts when its time has come',
  });
}

/** The samples carry no address, so a window in which another target was watched proves nothing. */
function targetCondition({ recorded, window }: GateEvidence): GateCondition {
  const { targetId, watchedTargetId, cycles: counted } = recorded;
  if (targetId === undefined || watchedTargetId === undefined) {
    return stated(target, 'unknown', 'no watch has said what it watches', { next: runLoop });
  }
  if (targetId !== watchedTargetId) {
    return stated(target, 'unknown', `the watch is on ${watchedTargetId}, asked is for ${targetId}`, {
      next: 'ask with the configuration of the watch, or name its reports folder',
    });
  }
  if (counted.foreign > 0) {
    return stated(
      target,
      'unknown',
      `${counted.foreign} cycles since ${isoTime(window.fromMs)} are of other targets, and so are samples`,
      { next: 'give each target a reports folder of its own, and record the deployment again' },
    );
  }
  return stated(target, 'pass', targetId);
}

function cyclesCondition({ recorded, window, atMs }: GateEvidence, table: ThresholdTable): GateCondition {
  const { pass, fail, inconclusive } = recorded.cycles;
  // One that can't be believed is no evidence, whatever its checks said.
  const count = pass + fail;
  const { intervalMs } = recorded;
  const limit = limitOf(table, 'gateCycles');
  const kinds = [
    `${pass} green`,
    ...(fail ? [`${fail} red`] : []),
    ...(inconclusive ? [`${inconclusive} inconclusive`] : []),
  ];
  return bounded(
    cycles,
    { value: count, unit: 'count', limit },
    count + inconclusive === 0
      ? `none since ${isoTime(window.fromMs)}`
      : `${kinds.join(', ')} since ${isoTime(window.fromMs)}`,
    {
      missed: 'unknown',
      next: runLoop,
      askAgainAtMs: later(atMs, intervalMs && Math.ceil(limit.value - count) * intervalMs),
    },
  );
}

function freshnessCondition({ recorded, atMs }: GateEvidence, table: ThresholdTable): GateCondition {
  const { newest, intervalMs } = recorded;
  if (!newest || intervalMs === undefined) {
    const detail = newest ? 'no schedule is recorded' : 'no cycle of this deployment has ended yet';
    return stated(freshness, 'unknown', detail, {
      next: runLoop,
      askAgainAtMs: later(atMs, intervalMs),
    });
  }
  const { operator, value } = limitOf(table, 'cycleAge');
  const limit = { operator, value: (value * intervalMs) / 1000 };
  const ageMs = atMs - newest.endedMs;
  return bounded(
    freshness,
    { value: Math.max(0, ageMs) / 1000, unit: 'seconds', limit },
    `ended at ${isoTime(newest.endedMs)}, one is due every ${spanOf(intervalMs)}`,
    {
      missed: 'unknown',
      next: 'is the watch alive? a verdict needs fresh evidence',
      askAgainAtMs: atMs + intervalMs,
    },
  );
}

function coverageConditions(
  { recorded, window, atMs }: GateEvidence,
  table: ThresholdTable,
): GateCondition[] {
  const { due, observed, largestGapMs, largestGapEndMs } = recorded.coverage;
  const { intervalMs } = recorded;
  const limit = limitOf(table, 'watchCoverage');
  const windowMs = window.toMs - window.fromMs;
  // Slots that must be observed from now on: (observed + k) ÷ (due + k) is the limit.
  const lacking = limit.value < 1 ? Math.ceil((limit.value * due - observed) / (1 - limit.value)) : due;
  const waitMs =
    intervalMs === undefined ? undefined : Math.max(intervalMs, Math.min(windowMs, lacking * intervalMs));
  const of = bounded(
    coverage,
    { value: due > 0 ? observed / due : undefined, unit: 'ratio', limit },
    due === 0 ? `no slot was due since ${isoTime(window.fromMs)}` : `${observed} of ${due} slots observed`,
    { missed: 'unknown', next: runLoop, askAgainAtMs: later(atMs, waitMs) },
  );
  if (!(due > 0)) {
    const more = { next: runLoop, askAgainAtMs: later(atMs, waitMs) };
    return [of, stated(gap, 'unknown', 'no slot was due', more)];
  }
  return [
    of,
    bounded(
      gap,
      { value: largestGapMs / 1000, unit: 'seconds', limit: limitOf(table, 'largestGap') },
      largestGapEndMs === undefined ? 'no slot was missed' : `ended at ${isoTime(largestGapEndMs)}`,
      {
        missed: 'unknown',
        next: 'nobody saw what happened meanwhile: let the soak time pass again without a gap',
        askAgainAtMs: later(largestGapEndMs, windowMs),
      },
    ),
  ];
}

/** Whether what was recorded can be believed at all: right clock, right target, enough of it, fresh, without a hole. */
export function watchConditions(evidence: GateEvidence, table: ThresholdTable): GateCondition[] {
  return [
    clockCondition(evidence),
    targetCondition(evidence),
    cyclesCondition(evidence, table),
    freshnessCondition(evidence, table),
    ...coverageConditions(evidence, table),
  ];
}
