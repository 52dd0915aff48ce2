import type { CheckDefinition, Component } from '../../core/index.ts';
import { notLoaded } from '../junit/pseudo-cases.ts';
import type { JUnitCase, JUnitProblemCode } from '../junit/types.ts';
import type { CaseEvent, CollectedEvent } from '../run/events.ts';
import type { AcceptedSkip } from './accepted-skips.ts';
import { namesOf, withOwnFormerNames } from './check-names.ts';
import type { CheckOutcome } from './check-outcome.ts';
import { caseKeys, eventKey, judgeBareCase, neverEnded, streamByCase, turnsOf } from './judge-bare-case.ts';
import { doubted, judgeCheck } from './judge-check.ts';
import { isLate, lateAdvice, reasonOfUnended, type Unended, unendedIn } from './late-run.ts';
import { runDoubts } from './run-trust.ts';
import type { SuiteResult } from './suite-result.ts';
import { asNotLoaded, isNotLoaded, notLoadedText } from './whole-failure.ts';

export interface JudgedSuite {
  outcomes: CheckOutcome[];
  /** Anything about the run that keeps it from being a pass, though no check carries it. */
  problems: string[];
  /** Why nothing that the run showed is believed, the gravest first. */
  doubts: string[];
}

const leaf = (name: string): string => name.split(' > ').at(-1) ?? name;
const idOf = (name: string): string => leaf(name).split(' ', 1)[0] ?? '';

function byId<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) {
    const id = idOf(nameOf(item));
    map.set(id, [...(map.get(id) ?? []), item]);
  }
  return map;
}

/** Outcomes for every id of the catalogue, whatever the run did or didn't leave behind; of a shard what the `whole` has besides is not its matter. */
export function judgeCatalogue(
  result: SuiteResult,
  catalogue: readonly CheckDefinition[],
  declared: readonly Component[],
  whole: readonly CheckDefinition[] = catalogue,
): JudgedSuite {
  const cases = 'unreadable' in result.report ? [] : result.report.cases;
  const xml = byId<JUnitCase>(cases, ({ name }) => name);
  const stream = byId<CaseEvent>(result.events?.cases ?? [], ({ name }) => name);
  const doubts = runDoubts(result);
  const underWay = new Set(underWayIn(result).map(({ fullName }) => idOf(fullName)));
  const outcomes = catalogue.map((definition) => {
    const outcome = judgeCheck(
      definition,
      xml.get(definition.id) ?? [],
      stream.get(definition.id) ?? [],
      declared,
    );
    return doubts[0] === undefined
      ? outcome
      : doubted(explained(outcome, stream, underWay, doubts[0]), doubts[0]);
  });
  const known = new Set(whole.map(({ id }) => id));
  const strangers = cases.filter(({ name }) => !known.has(idOf(name)));
  return {
    outcomes,
    problems: [...advised(doubts), ...streamProblems(result), ...strangers.map(stranger)],
    doubts,
  };
}

/** The tests that were under way when the time of a run was over. */
const underWayIn = ({ events, exit }: SuiteResult): CollectedEvent[] =>
  exit.timedOut ? unendedIn(events, exit).flatMap(({ test }: Unended) => test ?? []) : [];

/** The doubts of a run as problems of its cycle, with what to do where that is known. */
const advised = (doubts: readonly string[]): string[] =>
  doubts.map((doubt) => (isLate(doubt) ? `${doubt}; ${lateAdvice}` : doubt));

/** What was seen of a check before its run broke off is worth telling, though it proves nothing. */
function explained(
  outcome: CheckOutcome,
  stream: Map<string, CaseEvent[]>,
  underWay: ReadonlySet<string>,
  doubt: string,
): CheckOutcome {
  if (outcome.outcome !== 'unknown') return outcome;
  const seen = stream.get(outcome.id)?.[0];
  if (seen?.state === 'failed')
    return { ...outcome, reason: `${doubt}; it had failed: ${seen.errors.join('; ')}` };
  if (underWay.has(outcome.id)) return { ...outcome, reason: reasonOfUnended(doubt) };
  return seen ? outcome : { ...outcome, reason: `${doubt}; it had not ended` };
}

function streamProblems({ events }: SuiteResult): string[] {
  return [
    ...(events?.end?.unhandledErrors ?? []).map((error) => `an error outside any check: ${error}`),
    ...(events?.end?.failedModules ?? []).map(
      ({ file, errors }) => `${file} failed as a file: ${errors.join('; ')}`,
    ),
    ...(events && events.malformedLines > 0
      ? [`${events.malformedLines} lines of the run’s stream were torn`]
      : []),
    ...(events?.end && events.end.cases !== events.cases.length
      ? [`the run told of ${events.end.cases} cases, its stream holds ${events.cases.length}`]
      : []),
  ];
}

function stranger({ name, outcome, failures }: JUnitCase): string {
  const said = failures[0]?.message ?? failures[0]?.text;
  return `“${name}” is not in the catalogue (${outcome}${said ? `: ${said.split('\n', 1)[0]}` : ''})`;
}

/** Two checks that give themselves the same id can't both be it. */
function unlessTwice(all: readonly CheckOutcome[]): (outcome: CheckOutcome) => CheckOutcome {
  const own = Map.groupBy(
    all.filter(({ definition }) => definition),
    ({ id }) => id,
  );
  return (outcome) => {
    if ((own.get(outcome.id)?.length ?? 0) < 2) return outcome;
    return { ...outcome, outcome: 'unknown', reason: `there is more than one check ${outcome.id}` };
  };
}

/** What a report says of itself that speaks against no case of it. */
const harmless: ReadonlySet<JUnitProblemCode> = new Set(['merged', 'text-cut', 'control-characters']);

/** Outcomes of a suite without a catalogue: each case of its report is a check of its own. */
export function judgeReport(result: SuiteResult, skips: readonly AcceptedSkip[] = []): JudgedSuite {
  const doubts = runDoubts(result);
  const found = result.events?.collected ?? [];
  const turns = turnsOf(found);
  if ('unreadable' in result.report) {
    // A run that its time limit ended leaves no report; what hung is known all the same.
    const hung = underWayIn(result).map((event) => ({
      ...neverEnded(event, turns.get(eventKey(event)) ?? 1),
      reason: reasonOfUnended(doubts[0] ?? ''),
    }));
    return { outcomes: hung, problems: advised(doubts), doubts };
  }
  const stream = result.events && streamByCase(result.events.cases);
  const collected = new Map(found.map((event) => [eventKey(event), event]));
  const names = namesOf(result.report.cases, result.root);
  const keys = caseKeys(result.report.cases, found);
  const unloaded = notLoaded(result.report.cases);
  const judged = [...names].map(([entry, name]) => {
    const key = keys.get(entry) ?? '';
    const streamed = stream && {
      events: stream.get(key) ?? [],
      found: collected.get(key),
      turn: turns.get(key) ?? 1,
    };
    const said = judgeBareCase(entry, name, streamed, skips);
    const outcome = unloaded.has(entry) ? asNotLoaded(said) : said;
    return doubts[0] === undefined ? outcome : doubted(outcome, doubts[0]);
  });
  const reported = new Set(keys.values());
  const lost = [...(stream ?? [])].flatMap(([key, [event]]) =>
    reported.has(key) ? [] : [`“${event?.fullName}” ended (${event?.state}) but is missing from the report`],
  );
  const contradictions = result.report.problems
    .filter(({ code }) => !harmless.has(code) && !(code === 'maybe-unfinished' && result.exit.code === 0))
    // What could not be loaded is said by the outcome that stands for it, with the error.
    .flatMap(({ code, message }) => (code === 'load-failure' ? [] : [message]));
  const problems = new Set([
    ...judged.filter(isNotLoaded).map(notLoadedText),
    ...advised(doubts),
    ...streamProblems(result),
    ...lost,
    ...contradictions,
  ]);
  const unended = [...collected]
    .filter(([key]) => !reported.has(key) && !stream?.has(key))
    .map(([key, event]) => neverEnded(event, turns.get(key) ?? 1));
  const outcomes = [...judged.map(unlessTwice(judged)), ...unended];
  return { outcomes: withOwnFormerNames(outcomes), problems: [...problems], doubts };
}
