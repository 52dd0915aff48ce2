import type { CheckDefinition } from '../../core/index.ts';
import type { JUnitCase } from '../junit/types.ts';
import type { CaseEvent, CollectedEvent } from '../run/events.ts';
import type { CheckName } from './check-names.ts';
import type { CheckOutcome } from './check-outcome.ts';
import { measureDoubt, passDoubt, timesOf } from './judge-check.ts';

/** The stream's events of each case; a name alone is not enough, two files may have the same. */
export type StreamByCase = ReadonlyMap<string, readonly CaseEvent[]>;

type Named = Pick<CaseEvent, 'file' | 'fullName'>;

const keyOf = (file: string | undefined, fullName: string): string => `${file}\u0000${fullName}`;

/** The key under which a report and the stream mean the same case; Vitest's suites are named after their file. */
export const caseKey = ({ suites, name }: JUnitCase): string => keyOf(suites.at(-1), name);
export const eventKey = ({ file, fullName }: Named): string => keyOf(file, fullName);

export function streamByCase(events: readonly CaseEvent[]): StreamByCase {
  return Map.groupBy(events, eventKey);
}

/** What a check of another suite is called, and where it belongs: by its own words, else by where it stands. */
function identity(event: CaseEvent | CollectedEvent) {
  const { file, fullName, tags, definition } = event;
  const path = fullName.split(' > ');
  const id = definition?.id ?? `${file} › ${fullName}`;
  const title = definition?.title ?? fullName;
  const group = definition?.group ?? (path.length > 1 ? path[0] : undefined) ?? tags[0] ?? file;
  const own: CheckDefinition | undefined = definition && { ...definition, id, group, needs: [] };
  return {
    id,
    was: definition?.id === undefined ? id : undefined,
    title,
    group,
    definition: own,
  };
}

/** Why a case that its report calls passed is not believed; `undefined` when nothing speaks against it. */
function doubtOf(entry: JUnitCase, events: readonly CaseEvent[] | undefined): string | undefined {
  if (entry.flaky > 0) return `passed only after ${entry.flaky} failed attempts`;
  if (!events) return undefined;
  const [event] = events;
  if (events.length > 1) return 'there is more than one of this name in its file';
  if (event?.state !== 'passed') return 'the run never said that it ended well';
  // A plain test may judge by what it expects; one that calls itself a check must show what it measured.
  return passDoubt(event) ?? (event.definition && measureDoubt(event));
}

/** The outcome of a case nobody catalogued, by its report and, where there is one, the stream. */
export function judgeBareCase(
  entry: JUnitCase,
  name: CheckName,
  stream: StreamByCase | undefined,
  collected: ReadonlyMap<string, CollectedEvent> = new Map(),
): CheckOutcome {
  const group = entry.suites.at(-1) ?? entry.classname ?? entry.file ?? 'suite';
  const events = stream && (stream.get(caseKey(entry)) ?? []);
  const known = events?.[0] ?? collected.get(caseKey(entry));
  // Of two with one name nobody can say which is which.
  const times = timesOf(events?.length === 1 ? events[0] : undefined);
  const base = {
    ...name,
    title: entry.name,
    group,
    ...(known && identity(known)),
    measurements: events?.[0]?.measurements ?? [],
    caseName: times.caseName,
    durationMs: times.durationMs ?? (entry.timeSeconds === undefined ? undefined : entry.timeSeconds * 1000),
    startedAtMs: times.startedAtMs,
  };
  const said = [...entry.failures.map(({ message, text }) => message || text), entry.skip?.message].find(
    Boolean,
  );
  if (entry.outcome === 'failed' || entry.outcome === 'errored') {
    const unsure = events?.length === 1 ? events[0]?.unknown : undefined;
    if (unsure !== undefined) {
      return { ...base, outcome: 'unknown', executed: true, reason: unsure.replace(/^unknown: /, '') };
    }
    const errors = events?.[0]?.errors.join('\n');
    // A failure that no case of the run has stands for a file or a hook.
    const executed = events === undefined || known !== undefined;
    return { ...base, outcome: 'fail', executed, reason: errors || said || 'failed without a message' };
  }
  if (entry.outcome === 'skipped') {
    return { ...base, outcome: 'unknown', executed: false, reason: `skipped${said ? `: ${said}` : ''}` };
  }
  if (entry.outcome === 'unclear') {
    return {
      ...base,
      outcome: 'unknown',
      executed: true,
      reason: `neither passed nor failed: ${entry.unclear}`,
    };
  }
  const doubt = doubtOf(entry, events);
  if (doubt === undefined) return { ...base, outcome: 'pass', executed: true };
  const executed = events === undefined || events[0]?.state === 'passed';
  return { ...base, outcome: 'unknown', executed, reason: doubt };
}

/** A case that was found in the suite and of which neither report nor stream says that it ended. */
export function neverEnded(event: CollectedEvent): CheckOutcome {
  const reason = 'found in the suite, but it never ended';
  return { ...identity(event), outcome: 'unknown', executed: false, reason, measurements: [] };
}
