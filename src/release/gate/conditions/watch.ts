import { embeddedTargetId } from '../../../core/index.ts';
import { downIn } from '../../../suite/index.ts';
import {
  bounded,
  type Found,
  firstOf,
  isoTime,
  later,
  limitOf,
  pass,
  type Subject,
  secondsOf,
  spanOf,
  startLoop,
  unknown,
} from '../condition.ts';
import { soakOf, soakRoom } from '../plan.ts';

/** Nothing dated after now: with a clock that was set, no soak time and no age can be believed. */
export function clock({ recorded, atMs }: Subject): Found {
  const future = recorded.fromTheFuture;
  if (future.length === 0) return pass(`nothing is dated after ${isoTime(atMs)}`);
  return unknown(`dated after now: ${future.join(', ')}`, {
    next: 'correct the clock; records with a time in the future count once that time is reached',
  });
}

/** The samples carry no address, so a window in which another target was watched proves nothing. */
export function sameTarget({ recorded, window }: Subject): Found {
  const { targetId, watchedTargetId, cycles } = recorded;
  if (targetId === undefined)
    return unknown('which deployment? none is named', { next: 'ask with its configuration: --config FILE' });
  if (watchedTargetId === undefined) return unknown('no watch has said what it watches', { next: startLoop });
  const mine = 'ask with the configuration of the watch, or name its reports folder';
  if (targetId !== watchedTargetId) {
    const whose = targetId === embeddedTargetId ? 'which deployment? no target is configured; ' : '';
    return unknown(`${whose}the watch is on ${watchedTargetId}, asked is for ${targetId}`, { next: mine });
  }
  const { name, others } = recorded.identity ?? { name: undefined, others: [] };
  if (others.length > 0) {
    const found = `cycles since ${isoTime(window.fromMs)} are of “${firstOf(others)}”, asked is for “${name}”`;
    return unknown(`which deployment? ${found}`, { next: `${mine}; or record the deployment again` });
  }
  if (cycles.foreign === 0) return pass(targetId);
  const since = isoTime(window.fromMs);
  return unknown(`${cycles.foreign} cycles since ${since} are of other targets, and so are samples`, {
    next: 'give each target a reports folder of its own, and record the deployment again',
  });
}

/** Enough cycles; one that can't be believed is no evidence, whatever its checks said. */
export function cycles({ recorded, window, table, plan, to, atMs, excused }: Subject): Found {
  const { intervalMs, newest } = recorded;
  const { pass: green, fail: red, inconclusive, onlyDown = 0 } = recorded.cycles;
  const limit = limitOf(table, 'gateCycles');
  // What was taken away is down in each cycle, and no check knows of it.
  const isDownExcused = excused.instances.size > 0 && onlyDown > 0;
  const count = green + red + (isDownExcused ? onlyDown : 0);
  const kinds = [
    `${green} green`,
    ...(red ? [`${red} red`] : []),
    ...(inconclusive ? [`${inconclusive} inconclusive`] : []),
  ];
  const taken = isDownExcused ? ` (${onlyDown} only by what was taken away, which count)` : '';
  const seen = green + red + inconclusive === 0 ? 'none' : `${kinds.join(', ')}${taken}`;
  const measured = { value: count, unit: 'count', limit } as const;
  const askAgainAtMs = later(atMs, intervalMs && Math.ceil(limit.value - count) * intervalMs);
  const said = `${seen} since ${isoTime(window.fromMs)}`;
  const room = intervalMs === undefined ? undefined : soakRoom(soakOf(plan, to), intervalMs, limit.value);
  if (room && !room.hasReserve && count < limit.value) {
    return unknown(`${said}; ${room.explanation}`, {
      ...measured,
      next: room.change,
      askAgainAtMs: room.isEnough ? askAgainAtMs : undefined,
    });
  }
  const [problem] = newest?.problems ?? [];
  // Nothing but the reason why cycles are inconclusive says what to do.
  if (count < limit.value && inconclusive > 0 && problem !== undefined) {
    const down = downIn(problem);
    const cause = down ?? `cycles are inconclusive: ${problem}`;
    const next = down
      ? 'start it, or take it out of the configuration where it is gone for good'
      : 'run vigil monitor and see what it says';
    return unknown(`${said}; the newest: ${problem}`, { ...measured, cause, next, askAgainAtMs });
  }
  return bounded(said, { ...measured, next: startLoop, askAgainAtMs }, 'unknown');
}

/** The newest cycle is not older than a few intervals. */
export function freshness({ recorded, table, atMs, nextCycleMs: askAgainAtMs }: Subject): Found {
  const { newest, intervalMs } = recorded;
  if (!newest || intervalMs === undefined) {
    const missing = newest ? 'no schedule is recorded' : 'no cycle of this deployment has ended yet';
    return unknown(missing, { next: startLoop, askAgainAtMs });
  }
  const measured = {
    value: Math.max(0, atMs - newest.endedMs) / 1000,
    unit: 'seconds',
    limit: secondsOf(limitOf(table, 'cycleAge'), intervalMs),
  } as const;
  const next = 'is the watch alive? a verdict needs fresh evidence';
  const detail = `ended at ${isoTime(newest.endedMs)}, one is due every ${spanOf(intervalMs)}`;
  return bounded(detail, { ...measured, next, askAgainAtMs }, 'unknown');
}

/** When the coverage can be enough again: (observed + k) ÷ (due + k) is the limit after k slots more. */
function coveredMs({ recorded, windowMs, table, atMs }: Subject): number | undefined {
  const { due, observed } = recorded.coverage;
  const { intervalMs } = recorded;
  const { value } = limitOf(table, 'watchCoverage');
  const lacking = value < 1 ? Math.ceil((value * due - observed) / (1 - value)) : due;
  return intervalMs && atMs + Math.max(intervalMs, Math.min(windowMs, lacking * intervalMs));
}

/** Most of the slots that were due were observed. */
export function coverage(subject: Subject): Found {
  const { recorded, window, table } = subject;
  const { due, observed } = recorded.coverage;
  const limit = limitOf(table, 'watchCoverage');
  const measured = { value: due > 0 ? observed / due : undefined, unit: 'ratio', limit } as const;
  const detail =
    due === 0 ? `no slot was due since ${isoTime(window.fromMs)}` : `${observed} of ${due} slots observed`;
  return bounded(detail, { ...measured, next: startLoop, askAgainAtMs: coveredMs(subject) }, 'unknown');
}

/** No long time without evidence. */
export function gap(subject: Subject): Found {
  const { due, largestGapMs, largestGapEndMs, largestGapWhy, isLost } = subject.recorded.coverage;
  if (!(due > 0)) return unknown('no slot was due', { next: startLoop, askAgainAtMs: coveredMs(subject) });
  const why = largestGapWhy ? `: ${largestGapWhy}` : '';
  const detail =
    largestGapEndMs === undefined ? 'no slot was missed' : `ended at ${isoTime(largestGapEndMs)}${why}`;
  const said = {
    value: largestGapMs / 1000,
    unit: 'seconds',
    limit: limitOf(subject.table, 'largestGap'),
    next: 'nothing was observed meanwhile: let the soak time pass again without a gap',
    askAgainAtMs: later(largestGapEndMs, subject.windowMs),
  } as const;
  // What is lost may have been the failure that keeps the gate shut.
  if (isLost) return unknown(`recorded cycles are not in the history any more; the gap ${detail}`, said);
  return bounded(detail, said, 'unknown');
}
