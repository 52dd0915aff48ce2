import type { JUnitCase } from '../junit/index.ts';
import type { CaseEvent } from '../run/index.ts';
import type { CheckOutcome } from './check-outcome.ts';
import { passDoubt, timesOf } from './judge-check.ts';

/** The stream's events of each case; a name alone is not enough, two files may have the same. */
export type StreamByCase = ReadonlyMap<string, readonly CaseEvent[]>;

const keyOf = (file: string | undefined, fullName: string): string => `${file}\u0000${fullName}`;

/** The key under which a report and the stream mean the same case; Vitest's suites are named after their file. */
export const caseKey = ({ suites, name }: JUnitCase): string => keyOf(suites.at(-1), name);

export function streamByCase(events: readonly CaseEvent[]): StreamByCase {
  const map = new Map<string, CaseEvent[]>();
  for (const event of events) {
    const key = keyOf(event.file, event.fullName);
    map.set(key, [...(map.get(key) ?? []), event]);
  }
  return map;
}

/** Why a case that its report calls passed is not believed; `undefined` when nothing speaks against it. */
function doubtOf(entry: JUnitCase, events: readonly CaseEvent[] | undefined): string | undefined {
  if (entry.flaky > 0) return `passed only after ${entry.flaky} failed attempts`;
  if (!events) return undefined;
  const [event] = events;
  if (events.length > 1) return 'there is more than one of this name in its file';
  if (event?.state !== 'passed') return 'the run never said that it ended well';
  return passDoubt(event);
}

/** The outcome of a case nobody catalogued, by its report and, where there is one, the stream. */
export function judgeBareCase(entry: JUnitCase, stream: StreamByCase | undefined): CheckOutcome {
  const group = entry.suites.at(-1) ?? entry.classname ?? entry.file ?? 'suite';
  const events = stream && (stream.get(caseKey(entry)) ?? []);
  const base = {
    id: entry.classname && entry.classname !== entry.name ? `${entry.classname} › ${entry.name}` : entry.name,
    title: entry.name,
    group,
    measurements: events?.[0]?.measurements ?? [],
    ...(entry.timeSeconds !== undefined && { durationMs: entry.timeSeconds * 1000 }),
    // Of two with one name nobody can say which is which.
    ...(events?.length === 1 && events[0] && timesOf(events[0])),
  };
  const said = [...entry.failures.map(({ message, text }) => message || text), entry.skip?.message].find(
    Boolean,
  );
  if (entry.outcome === 'failed' || entry.outcome === 'errored') {
    const unsure = events?.length === 1 ? events[0]?.unknown : undefined;
    if (unsure !== undefined) {
      return { ...base, outcome: 'unknown', executed: true, reason: unsure.replace(/^unknown: /, '') };
    }
    return { ...base, outcome: 'fail', executed: true, reason: said ?? 'failed without a message' };
  }
  if (entry.outcome === 'skipped') {
    return { ...base, outcome: 'unknown', executed: false, reason: `skipped${said ? `: ${said}` : ''}` };
  }
  const doubt = doubtOf(entry, events);
  if (doubt === undefined) return { ...base, outcome: 'pass', executed: true };
  const executed = events === undefined || events[0]?.state === 'passed';
  return { ...base, outcome: 'unknown', executed, reason: doubt };
}
