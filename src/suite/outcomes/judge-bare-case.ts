import { stripVTControlCharacters } from 'node:util';
import { type CheckDefinition, isMet } from '../../core/index.ts';
import type { JUnitCase } from '../junit/types.ts';
import type { CaseEvent, CollectedEvent } from '../run/events.ts';
import { type AcceptedSkip, acceptedSkip } from './accepted-skips.ts';
import { type CheckName, withTurn } from './check-names.ts';
import type { CheckOutcome } from './check-outcome.ts';
import { measureDoubt, passDoubt, timesOf } from './judge-check.ts';
import { reasonOf, skipReasonOf, withFrame } from './reason.ts';

/** The stream's events of each case; a name alone is not enough, two files may have the same. */
export type StreamByCase = ReadonlyMap<string, readonly CaseEvent[]>;

type Standing = Pick<CaseEvent, 'project' | 'file' | 'fullName' | 'position'>;

/** A file of a project, as the report names it. */
const suiteOf = ({ project, file }: Pick<Standing, 'project' | 'file'>): string =>
  project === undefined ? file : `${project} › ${file}`;

const keyOf = (suite: string | undefined, which: string): string => `${suite}\u0000${which}`;

/**
 * The key under which a report and the stream mean the same case: by its place in its file, because a report may spell a
 * name in another way and two cases may have the same.
 */
export const eventKey = (event: Standing): string =>
  keyOf(suiteOf(event), String(event.position ?? event.fullName));

/** Vitest 4 names a file in its report without its project: it is that file, where only one project has it. */
function suiteWithProject(
  name: string | undefined,
  found: ReadonlyMap<string, readonly CollectedEvent[]>,
): string | undefined {
  if (name === undefined || found.has(name)) return name;
  const same = [...found].filter(([, [first]]) => first?.file === name);
  return same.length === 1 ? same[0]?.[0] : name;
}

/** The key of each case of a report, whose suites list first what was found in a file. */
export function caseKeys(
  cases: readonly JUnitCase[],
  collected: readonly CollectedEvent[],
): ReadonlyMap<JUnitCase, string> {
  const found = Map.groupBy(
    collected.filter(({ position }) => position !== undefined),
    suiteOf,
  );
  const counted = new Map<string, number>();
  return new Map(
    cases.map((entry) => {
      const suite = suiteWithProject(entry.suites.at(-1), found);
      const at = counted.get(suite ?? '') ?? 0;
      counted.set(suite ?? '', at + 1);
      const event = found.get(suite ?? '')?.[at];
      const isIt = event !== undefined && lettersOf(event.fullName) === lettersOf(entry.name);
      return [entry, keyOf(suite, isIt ? String(event.position) : entry.name)];
    }),
  );
}

/** What no report leaves out or spells in another way. */
const lettersOf = (name: string): string => stripVTControlCharacters(name).replace(/[^\p{L}\p{N}]/gu, '');

/** Which each case is of those that are called the same in its file, as they were found; by its key. */
export function turnsOf(collected: readonly CollectedEvent[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  return new Map(
    collected.map((event) => {
      const name = keyOf(suiteOf(event), event.fullName);
      const turn = (counted.get(name) ?? 0) + 1;
      counted.set(name, turn);
      return [eventKey(event), turn];
    }),
  );
}

export function streamByCase(events: readonly CaseEvent[]): StreamByCase {
  return Map.groupBy(events, eventKey);
}

/** What a check of another suite is called, and where it belongs: by its own words, else by where it stands. */
function identity(event: CaseEvent | CollectedEvent, turn: number) {
  const { file, fullName, tags, definition } = event;
  const path = fullName.split(' > ');
  const name = `${file} › ${fullName}`;
  const id = definition?.id ?? withTurn(`${suiteOf(event)} › ${fullName}`, turn);
  const title = definition?.title ?? fullName;
  const group = definition?.group ?? (path.length > 1 ? path[0] : undefined) ?? tags[0] ?? file;
  const own: CheckDefinition | undefined = definition && { ...definition, id, group, needs: [] };
  return {
    id,
    was: definition?.id === undefined && turn === 1 ? name : undefined,
    title,
    group,
    definition: own,
  };
}

/** Why a case that its report calls passed is not believed; `undefined` when nothing speaks against it. */
function doubtOf(entry: JUnitCase, events: readonly CaseEvent[] | undefined): string | undefined {
  if (entry.flaky > 0)
    return `passed only after ${entry.flaky} failed ${entry.flaky === 1 ? 'attempt' : 'attempts'}`;
  if (!events) return undefined;
  const [event] = events;
  if (events.length > 1) return 'there is more than one of this name in its file';
  if (event?.state !== 'passed') return 'the run never said that it ended well';
  // A plain test may judge by what it expects; one that calls itself a check must show what it measured.
  return passDoubt(event) ?? (event.definition && measureDoubt(event));
}

/** What the run itself knows of a case of its report; nothing of a suite that has no stream. */
export interface Streamed {
  /** How it ended; more than one where nothing tells two cases apart. */
  events: readonly CaseEvent[];
  /** How it was found, before anything ran. */
  found: CollectedEvent | undefined;
  /** Which it is of those that are called the same in its file, from 1. */
  turn: number;
}

/** What the run says of a failure; what was measured needs no place in the code. */
function saidBy({ errors, measurements }: CaseEvent, { failures }: JUnitCase): string {
  const said = errors.join('\n');
  return said === '' || !measurements.every(isMet) ? said : withFrame(said, failures);
}

/** The outcome of a case nobody catalogued, by its report and, where there is one, the stream. */
export function judgeBareCase(
  entry: JUnitCase,
  name: CheckName,
  streamed: Streamed | undefined,
  skips: readonly AcceptedSkip[] = [],
): CheckOutcome {
  const named = entry.classname === entry.name ? undefined : entry.classname;
  const group = entry.suites.at(-1) ?? named ?? entry.file ?? 'suite';
  const events = streamed?.events;
  const known = events?.[0] ?? streamed?.found;
  // Of two with one name nobody can say which is which.
  const times = timesOf(events?.length === 1 ? events[0] : undefined);
  const base = {
    ...name,
    title: entry.name,
    group,
    ...(known && identity(known, streamed?.turn ?? 1)),
    measurements: events?.[0]?.measurements ?? [],
    caseName: times.caseName,
    durationMs: times.durationMs ?? (entry.timeSeconds === undefined ? undefined : entry.timeSeconds * 1000),
    startedAtMs: times.startedAtMs,
    exchanges: times.exchanges,
  };
  if (entry.outcome === 'failed' || entry.outcome === 'errored') {
    const unsure = events?.length === 1 ? events[0]?.unknown : undefined;
    if (unsure !== undefined) {
      return { ...base, outcome: 'unknown', executed: true, reason: unsure.replace(/^unknown: /, '') };
    }
    const errors = events?.[0] && saidBy(events[0], entry);
    // A failure that no case of the run has stands for a file or a hook.
    const executed = events === undefined || known !== undefined;
    return {
      ...base,
      outcome: 'fail',
      executed,
      reason: errors || reasonOf(entry) || 'failed without a message',
    };
  }
  if (entry.outcome === 'skipped') {
    const said = reasonOf(entry) ?? skipReasonOf(entry);
    const reason = `skipped${said ? `: ${said}` : ''}`;
    const accepted = acceptedSkip(skips, { id: base.id, said }, Date.now());
    if (!accepted) return { ...base, outcome: 'unknown', executed: false, reason };
    return {
      ...base,
      outcome: 'skipped',
      executed: false,
      reason: `${reason} (accepted: ${accepted.reason})`,
    };
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
export function neverEnded(event: CollectedEvent, turn: number): CheckOutcome {
  const reason = 'found in the suite, but it never ended';
  return { ...identity(event, turn), outcome: 'unknown', executed: false, reason, measurements: [] };
}
