import { parseCount, parseSeconds } from './attributes.ts';
import type { JUnitCase, JUnitFailure, JUnitOutcome, JUnitProblemCode } from './types.ts';
import { cutText, type XmlAttributes } from './xml.ts';

/** An element inside a suite. */
export interface XmlElement {
  name: string;
  attributes: XmlAttributes;
  line: number;
  text: string;
  /** Of a case: whether nothing at all is inside, and the elements inside, at any depth, that say how it ended. */
  isBare: boolean;
  inner: XmlElement[];
}

const SKIPS = new Set(['skipped', 'skip', 'disabled', 'ignored', 'pending']);
const ATTEMPTS = new Set(['flakyFailure', 'flakyError', 'rerunFailure', 'rerunError']);

/** What may stand in a case that passed. */
const NEUTRAL = new Set(['system-out', 'system-err', 'properties', 'property', 'attachments', 'attachment']);

/** Attributes by which one runner or another says how a case ended, in any case of their letters. */
const VERDICTS = new Set(['status', 'result', 'outcome', 'success', 'executed']);
const RAN = /^(?:|true|run|ran|pass|passed|success|successful|succeeded|ok|complete|completed)$/;
const NOT_RUN = /^(?:not[ _-]?run|skip|skipped|disabled|suppressed|ignored|pending|todo|untested)$/;
const FAILED = /^(?:fail|failed|failure|error|errored|broken|aborted|timed?[ _-]?out|crashed)$/;

export const isFailureElement = ({ name }: XmlElement): boolean => name === 'failure' || name === 'error';
const isSkip = ({ name }: XmlElement): boolean => SKIPS.has(name);
export const isAttempt = ({ name }: XmlElement): boolean => ATTEMPTS.has(name);
const isProperty = ({ name }: XmlElement): boolean => name === 'property';

/** Whether an element right inside a case says something of how it ended. */
export const isVerdict = ({ name }: XmlElement): boolean => !NEUTRAL.has(name);

const isOutput = ({ name }: XmlElement): boolean => name === 'system-out';

/** Whether the text of an element counts; what was printed tells of a failure that says nothing itself. */
export const hasText = (element: XmlElement): boolean =>
  isFailureElement(element) || isSkip(element) || isProperty(element) || isOutput(element);

/** A failure of a case, or of a suite itself. */
export function failureOf(
  { name, attributes: { type, message }, text }: XmlElement,
  limited: (text: string) => string,
): JUnitFailure {
  return {
    kind: name === 'error' ? 'error' : 'failure',
    type: type && limited(type),
    message: message && limited(message),
    text: limited(text).trim(),
  };
}

/** The end of what a case printed: ctest says no more of a failure. */
const endOfOutput = (inner: readonly XmlElement[]): string =>
  inner
    .filter(isOutput)
    .flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== ''))
    .slice(-5)
    .join('\n');

const RANK: Readonly<Record<JUnitOutcome, number>> = {
  passed: 0,
  skipped: 1,
  unclear: 2,
  failed: 3,
  errored: 4,
};

interface Verdict {
  outcome: JUnitOutcome;
  doubt?: JUnitProblemCode;
  /** What an outcome that is unclear rests on. */
  said?: string;
}

const failedByStatus: Verdict = { outcome: 'failed', doubt: 'status-only' };

function verdictOfAttribute([name, value]: [name: string, value: string]): Verdict {
  const word = value.trim().toLowerCase();
  if (word === 'false') return name === 'executed' ? { outcome: 'skipped' } : failedByStatus;
  if (RAN.test(word)) return { outcome: 'passed' };
  if (NOT_RUN.test(word)) return { outcome: 'skipped' };
  return FAILED.test(word) ? failedByStatus : { outcome: 'unclear', said: `${name}="${value}"` };
}

/**
 * An error is worse than a failure, a failure than a skip; node:test's failing todo (`<skipped type="todo">` beside a
 * failure) is a skip, as it doesn't fail its run.
 */
function verdictOf(
  { failures, skip }: JUnitCase,
  reruns: number,
  strange: XmlElement | undefined,
  attributes: XmlAttributes,
): Verdict {
  if (failures.length > 0) {
    if (skip?.type === 'todo') return { outcome: 'skipped', doubt: 'todo-failed' };
    const outcome = failures.some(({ kind }) => kind === 'error') ? 'errored' : 'failed';
    return skip === undefined ? { outcome } : { outcome, doubt: 'skipped-and-failed' };
  }
  // Surefire writes rerun… only beside a failure; alone, it still says that no attempt passed.
  if (reruns > 0) return { outcome: 'failed' };
  if (skip !== undefined) return { outcome: 'skipped' };
  // gtest has two: status="run" result="skipped".
  const verdicts = Object.entries(attributes)
    .map(([name, value]) => [name.toLowerCase(), value] as [string, string])
    .filter(([name]) => VERDICTS.has(name))
    .map(verdictOfAttribute);
  const said = verdicts.sort((a, b) => RANK[b.outcome] - RANK[a.outcome])[0];
  if (said && said.outcome !== 'passed') return said;
  if (strange === undefined) return { outcome: 'passed' };
  const words = strange.attributes.message || strange.text.trim();
  return { outcome: 'unclear', said: `<${strange.name}>${words ? `: ${words}` : ''}` };
}

/** What a `<testcase>` says, and what of it is doubtful; of each text at most `maxText` characters. */
export function readCase(
  element: XmlElement,
  at: Pick<JUnitCase, 'file' | 'project'> & { path: string[] },
  maxText: number,
): { read: JUnitCase; doubts: JUnitProblemCode[] } {
  let isCut = false;
  const limited = (text: string): string => {
    isCut ||= text.length > maxText;
    return cutText(text, maxText);
  };
  const { attributes, line, inner } = element;
  const attempts = inner.filter(isAttempt);
  const skips = inner.filter(isSkip).map((skip) => failureOf(skip, limited));
  const read: JUnitCase = {
    name: attributes.name ?? '',
    classname: attributes.classname,
    suites: at.path,
    file: attributes.file ?? at.file,
    project: at.project,
    sourceLine: parseCount(attributes.line),
    timeSeconds: parseSeconds(attributes.time),
    outcome: 'passed',
    failures: inner.filter(isFailureElement).map((element) => {
      const failure = failureOf(element, limited);
      return failure.message || failure.text ? failure : { ...failure, text: limited(endOfOutput(inner)) };
    }),
    skip: skips[0] && {
      type: skips[0].type,
      message: skips[0].message ?? (skips[0].text || undefined),
      text: (skips[0].message && skips[0].text) || undefined,
    },
    flaky: attempts.length,
    properties: inner.filter(isProperty).map(({ attributes: { name = '', value }, text }) => ({
      name,
      value: limited(value ?? text.trim()),
    })),
    line,
  };
  const reruns = attempts.filter(({ name }) => name.startsWith('rerun')).length;
  const strange = inner.find(
    (each) => !isFailureElement(each) && !isSkip(each) && !isAttempt(each) && isVerdict(each),
  );
  const { outcome, doubt, said } = verdictOf(read, reruns, strange, attributes);
  const doubts = doubt ? [doubt] : [];
  read.outcome = outcome;
  read.unclear = said && limited(said);
  if (isCut) doubts.push('text-cut');
  return { read, doubts };
}

/**
 * One case of two elements of it (pytest: call and tear-down failed): the worse outcome, what both say, and the longer
 * time.
 */
export function mergeCases(first: JUnitCase, second: JUnitCase): JUnitCase {
  const times = [first.timeSeconds, second.timeSeconds].filter((time) => time !== undefined);
  return {
    ...first,
    timeSeconds: times.length === 0 ? undefined : Math.max(...times),
    skip: first.skip ?? second.skip,
    unclear: first.unclear ?? second.unclear,
    outcome: RANK[second.outcome] > RANK[first.outcome] ? second.outcome : first.outcome,
    failures: [...first.failures, ...second.failures],
    flaky: first.flaky + second.flaky,
    properties: [...first.properties, ...second.properties],
  };
}
