import { parseSeconds } from './attributes.ts';
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

/** Words of a `status` or `result` attribute. */
const RAN = /^(?:|run|ran|pass|passed|success|successful|succeeded|ok|complete|completed)$/;
const NOT_RUN = /^(?:not ?run|skip|skipped|disabled|suppressed|ignored|pending|todo|untested)$/;

export const isFailureElement = ({ name }: XmlElement): boolean => name === 'failure' || name === 'error';
const isSkip = ({ name }: XmlElement): boolean => SKIPS.has(name);
export const isAttempt = ({ name }: XmlElement): boolean => ATTEMPTS.has(name);
const isProperty = ({ name }: XmlElement): boolean => name === 'property';

/** Whether the text of an element counts; what was printed doesn't. */
export const hasText = (element: XmlElement): boolean =>
  isFailureElement(element) || isSkip(element) || isProperty(element);

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

interface Verdict {
  outcome: JUnitOutcome;
  doubt?: JUnitProblemCode;
}

function verdictOfStatus(status: string): Verdict {
  const word = status.trim().toLowerCase();
  if (RAN.test(word)) return { outcome: 'passed' };
  if (NOT_RUN.test(word)) return { outcome: 'skipped' };
  // A word that is neither can't be taken for success.
  return { outcome: 'failed', doubt: 'status-only' };
}

/**
 * An error is worse than a failure, a failure than a skip; node:test's failing todo (`<skipped type="todo">` beside a
 * failure) is a skip, as it doesn't fail its run.
 */
function verdictOf(
  { failures, skip }: JUnitCase,
  reruns: number,
  { status, result }: XmlAttributes,
): Verdict {
  if (failures.length > 0) {
    if (skip?.type === 'todo') return { outcome: 'skipped', doubt: 'todo-failed' };
    const outcome = failures.some(({ kind }) => kind === 'error') ? 'errored' : 'failed';
    return skip === undefined ? { outcome } : { outcome, doubt: 'skipped-and-failed' };
  }
  // Surefire writes rerun… only beside a failure; alone, it still says that no attempt passed.
  if (reruns > 0) return { outcome: 'failed' };
  if (skip !== undefined) return { outcome: 'skipped' };
  // gtest has both: status="run" result="skipped".
  const verdicts = [status, result].map((word) => verdictOfStatus(word ?? ''));
  return verdicts.find(({ outcome }) => outcome !== 'passed') ?? { outcome: 'passed' };
}

/** What a `<testcase>` says, and what of it is doubtful; of each text at most `maxText` characters. */
export function readCase(
  element: XmlElement,
  { path, file }: { path: string[]; file: string | undefined },
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
    suites: path,
    file: attributes.file ?? file,
    timeSeconds: parseSeconds(attributes.time),
    outcome: 'passed',
    failures: inner.filter(isFailureElement).map((failure) => failureOf(failure, limited)),
    skip: skips[0] && { type: skips[0].type, message: skips[0].message ?? (skips[0].text || undefined) },
    flaky: attempts.length,
    properties: inner.filter(isProperty).map(({ attributes: { name = '', value }, text }) => ({
      name,
      value: limited(value ?? text.trim()),
    })),
    line,
  };
  const reruns = attempts.filter(({ name }) => name.startsWith('rerun')).length;
  const { outcome, doubt } = verdictOf(read, reruns, attributes);
  const doubts = doubt ? [doubt] : [];
  if (isCut) doubts.push('text-cut');
  read.outcome = outcome;
  return { read, doubts };
}

const RANK: Readonly<Record<JUnitOutcome, number>> = { passed: 0, skipped: 1, failed: 2, errored: 3 };

/**
 * One case of two that a suite lists under one name (pytest: call and tear-down failed): the worse outcome, what
 * both say, and the longer time.
 */
export function mergeCases(first: JUnitCase, second: JUnitCase): JUnitCase {
  const times = [first.timeSeconds, second.timeSeconds].filter((time) => time !== undefined);
  return {
    ...first,
    timeSeconds: times.length === 0 ? undefined : Math.max(...times),
    skip: first.skip ?? second.skip,
    outcome: RANK[second.outcome] > RANK[first.outcome] ? second.outcome : first.outcome,
    failures: [...first.failures, ...second.failures],
    flaky: first.flaky + second.flaky,
    properties: [...first.properties, ...second.properties],
  };
}
