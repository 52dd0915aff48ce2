import { formatDuration } from '../../core/index.ts';
import type { BeganEvent, CollectedEvent, EventStream } from '../run/events.ts';
import type { SuiteExit } from '../run/spawn-command.ts';
import { eventKey } from './judge-bare-case.ts';

/** What of a run was under way when its time was over. */
export interface Unended {
  /** A test, a hook or a file, as a person knows it. */
  said: string;
  /** `undefined` for a hook or a file. */
  test: CollectedEvent | undefined;
}

const placeOf = ({ file, fullName }: BeganEvent): string =>
  fullName === undefined ? file : `${fullName} of ${file}`;

/** How long its last event may take from the worker, milliseconds. */
const toleranceMs = 2000;

/** A test that goes on past its own limit is not what waits: code without an `await` lets no timer end it. */
function saidOf(event: BeganEvent, exit: SuiteExit): string {
  const { hook, limitMs, atMs } = event;
  if (hook !== undefined) return `${hook} of ${placeOf(event)}`;
  const isPast = limitMs !== undefined && (exit.endedMs ?? 0) - atMs > limitMs + toleranceMs;
  return isPast ? `${placeOf(event)}, or a test after it, in code without an await` : placeOf(event);
}

/** Of each file that was read and has tests without an end, the first of them: where it began, nothing told. */
function firstWithoutEnd({ collected, cases }: EventStream): Unended[] {
  const ended = new Set(cases.map(eventKey));
  const left = collected.filter((event) => !ended.has(eventKey(event)));
  const firsts = Map.groupBy(left, ({ project, file }) => `${project}\n${file}`);
  return [...firsts.values()].flatMap(([test]) =>
    test ? [{ said: `${test.file}, in or after ${test.fullName},`, test }] : [],
  );
}

/** What had begun and not ended, as the stream of a run tells. */
export function unendedIn(events: EventStream | undefined, exit: SuiteExit): Unended[] {
  if (!events) return (exit.running ?? []).map((said) => ({ said, test: undefined }));
  const byKey = new Map(events.collected.map((event) => [eventKey(event), event]));
  const open = events.open.map((event) => ({
    said: saidOf(event, exit),
    test:
      event.hook === undefined && event.fullName !== undefined
        ? byKey.get(eventKey({ ...event, fullName: event.fullName }))
        : undefined,
  }));
  if (open.length > 0) return open;
  const running = (exit.running ?? []).map((said) => ({ said, test: undefined }));
  return running.length > 0 ? running : firstWithoutEnd(events);
}

const mostNamed = 3;

function listOf(all: readonly Unended[]): string {
  const named = all.slice(0, mostNamed).map(({ said }) => said);
  const more = all.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; ${more} more` : ''}`;
}

const didNotEnd = 'the suite did not end within ';

/** Why a run that was ended by its time limit proves nothing: the limit, and what had begun and not ended. */
export function lateRun(events: EventStream | undefined, exit: SuiteExit): string | undefined {
  if (!exit.timedOut) return undefined;
  const limit = exit.limitMs === undefined ? 'its time' : formatDuration(exit.limitMs);
  const open = unendedIn(events, exit);
  const what = open.length === 0 ? '' : `: ${listOf(open)} had begun and not ended`;
  return `${didNotEnd}${limit} (\`timeout\`)${what}`;
}

/** Whether a problem of a cycle, or the reason of a check, is that the suite was ended by its time limit. */
export const isLate = (said: string | undefined): boolean => said?.includes(didNotEnd) === true;

const hadBegun = 'it had begun and not ended; ';

/** The reason of a check that was under way when the time was over. */
export const reasonOfUnended = (late: string): string => `${hadBegun}${late}`;

/** Whether a check was under way when the time of its run was over, by its reason. */
export const wasUnderWay = (reason: string | undefined): boolean => reason?.startsWith(hadBegun) === true;

/** What to do about a run that its time limit ended. */
export const lateAdvice = 'give its tests shorter time limits, or raise `timeout`';
