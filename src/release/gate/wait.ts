import { setTimeout as sleep } from 'node:timers/promises';
import { isOpen, isoTime, spanOf } from './condition.ts';
import { type Answer, letsThrough } from './gate.ts';

/** How long is waited, and who is told what for. */
export interface WaitOptions {
  untilMs: number;
  /** Milliseconds from one question to the next. */
  everyMs: number;
  /** A line for each change of what is still open. */
  onOpen(line: string): void;
  /** Ends the wait with the answer of that moment. */
  signal?: AbortSignal | undefined;
}

/** What an answer still waits for, on one line. */
function openLine({ decision }: Answer, untilMs: number): string {
  const { atMs, to, conditions, askAgainAtMs } = decision;
  const open = conditions
    .filter(isOpen)
    .map(({ title, outcome }) => (outcome === 'fail' ? title : `${title} (${outcome})`));
  const earliest =
    askAgainAtMs === undefined
      ? ''
      : `; ${to} % is possible from ${isoTime(askAgainAtMs)}${askAgainAtMs > untilMs ? ', after this wait has ended' : ''}`;
  return `${isoTime(atMs)}  waits for ${open.join(', ')}${earliest}; ends in ${spanOf(Math.max(0, untilMs - atMs))}`;
}

/** Whether waiting is over before its time: let through, or the release is being taken back, which time does not mend. */
const isSettled = (answer: Answer): boolean =>
  letsThrough(answer.decision) ||
  answer.decision.conditions.some(({ id, outcome }) => id === 'rollback' && outcome === 'fail');

/** A moment after the time at which it may open, where that comes before the next question. */
const afterOpeningMs = 100;

/** How long to wait before it is asked again. */
function pauseMs(answer: Answer | undefined, everyMs: number): number {
  const openMs = (answer?.decision.askAgainAtMs ?? Number.POSITIVE_INFINITY) - Date.now();
  return openMs > 0 ? Math.min(everyMs, openMs + afterOpeningMs) : everyMs;
}

/** Asks again and again until the gate opens, a rollback has ended the release, or the time is over; the last answer. */
export async function waitForPass<T extends Answer | undefined>(
  ask: () => Promise<T>,
  { untilMs, everyMs, onOpen, signal }: WaitOptions,
): Promise<T> {
  let saidOpen: string | undefined;
  for (;;) {
    const answer = await ask();
    const leftMs = untilMs - Date.now();
    if (answer && isSettled(answer)) return answer;
    if (leftMs <= 0 || signal?.aborted) return answer;
    const open = answer?.decision.conditions.map(({ id, outcome }) => `${id} ${outcome}`).join();
    if (answer && open !== saidOpen) onOpen(openLine(answer, untilMs));
    saidOpen = open;
    await sleep(pauseMs(answer, Math.min(everyMs, leftMs)), undefined, { signal }).catch(() => undefined);
  }
}
