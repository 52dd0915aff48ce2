import { parseSeconds, totalsOf } from './attributes.ts';
import {
  failureOf,
  hasText,
  isAttempt,
  isFailureElement,
  mergeCases,
  readCase,
  type XmlElement,
} from './case-reader.ts';
import { type Noted, note, notedProblems, problem } from './problem-list.ts';
import { pseudoCaseProblems } from './pseudo-cases.ts';
import { addSuite, type CaseTally, countCase, emptyTally, totalsProblems } from './totals.ts';
import type { JUnitCase, JUnitLimits, JUnitProblem, JUnitReport, JUnitSuite } from './types.ts';
import { cutText, invalidReport, type XmlAttributes, type XmlHandler } from './xml.ts';

/** A suite being read, or the root around them. */
interface Frame {
  suite: JUnitSuite | undefined;
  /** One array per suite, shared by its cases. */
  path: string[];
  file: string | undefined;
  tally: CaseTally;
  /** Index of each case by its identity, for those that come twice. */
  seen: Map<string, number>;
  /** Open elements inside that are no suites. */
  open: XmlElement[];
}

const refused = (line: number, message: string, details: Parameters<typeof invalidReport>[2]) =>
  invalidReport(message, { line, column: 0 }, details);

/** Turns the elements of a report into facts; one use. */
export class ReportReader implements XmlHandler {
  private readonly limits: JUnitLimits;
  private readonly report: JUnitReport = { declared: {}, cases: [], suites: [], problems: [] };
  private readonly frames: Frame[] = [];
  private readonly noted: Noted = new Map();
  private readonly totals: JUnitProblem[] = [];
  /** Vitest's way of a case that never ran; Playwright, whose root has an id, writes it for a fast one. */
  private bareMeansUnfinished = false;
  private elements = 0;
  /** The case that is read. */
  private reading: XmlElement | undefined;

  constructor(limits: JUnitLimits) {
    this.limits = limits;
  }

  open(name: string, attributes: XmlAttributes, line: number): void {
    const outer = this.frames.at(-1);
    const isSuite = name === 'testsuite' || name === 'testsuites';
    if (this.reading && (isSuite || name === 'testcase')) {
      throw refused(line, `A <${name}> stands inside a <testcase>`, { expected: 'JUnit XML' });
    }
    if (outer === undefined) this.openRoot(name, attributes, line);
    else if (isSuite) this.openSuite(outer, attributes, line);
    else this.openElement(outer, { name, attributes, line, text: '', isBare: true, inner: [] });
  }

  text(piece: string): void {
    const taker = this.frames.at(-1)?.open.find(hasText);
    if (taker && taker.text.length <= this.limits.maxText) taker.text += piece;
  }

  close(): void {
    const inner = this.frames.at(-1);
    if (inner === undefined) return;
    const element = inner.open.pop();
    if (element === undefined) this.closeFrame(inner);
    else if (element === this.reading) this.closeCase(inner, element);
    else if (this.reading === undefined) this.closeInside(inner, element);
  }

  private openRoot(name: string, attributes: XmlAttributes, line: number): void {
    if (name !== 'testsuites' && name !== 'testsuite') {
      throw refused(line, 'The report is not JUnit XML', {
        expected: '<testsuites> or <testsuite> as the outermost element',
        received: `<${name.slice(0, 60)}>`,
        hint: 'Point the configuration at the file that the runner’s JUnit reporter writes',
      });
    }
    const root = this.openFrame([], undefined);
    if (name === 'testsuite') {
      this.openSuite(root, attributes, line);
      return;
    }
    this.bareMeansUnfinished = attributes.id === undefined;
    this.report.declared = totalsOf(attributes);
    if (attributes.name) this.report.name = this.checkedName(attributes.name, line);
  }

  private openFrame(path: string[], file: string | undefined, suite?: JUnitSuite): Frame {
    const frame = { suite, path, file, tally: emptyTally(), seen: new Map(), open: [] };
    this.frames.push(frame);
    return frame;
  }

  private checkedName(name: string | undefined, line: number): string {
    if (name !== undefined && name.length > this.limits.maxText) {
      throw refused(line, 'A name in the report is too long', {
        expected: `names of at most ${this.limits.maxText} characters`,
        received: `${name.length} characters`,
      });
    }
    return name ?? '';
  }

  private requireRoom(used: number, what: string, line: number): void {
    if (used < this.limits.maxCases) return;
    const expected = `at most ${this.limits.maxCases} ${what}`;
    throw refused(line, `The report has too many ${what}`, { expected });
  }

  private openSuite(outer: Frame, attributes: XmlAttributes, line: number): void {
    const name = this.checkedName(attributes.name, line);
    this.requireRoom(this.report.suites.length, 'suites', line);
    const { timestamp, hostname } = attributes;
    const suite: JUnitSuite = {
      name,
      parents: outer.path,
      file: attributes.file ?? attributes.filepath ?? outer.file,
      timestamp,
      hostname,
      timeSeconds: parseSeconds(attributes.time),
      declared: totalsOf(attributes),
      cases: 0,
      failures: [],
      properties: [],
      line,
    };
    this.report.suites.push(suite);
    this.openFrame([...outer.path, name], suite.file, suite);
  }

  private closeInside({ suite }: Frame, element: XmlElement): void {
    const { name = '', value = '' } = element.attributes;
    const limited = (text: string) => cutText(text, this.limits.maxText);
    if (element.name === 'property') suite?.properties.push({ name, value: limited(value) });
    if (!isFailureElement(element)) return;
    suite?.failures.push(failureOf(element, limited));
    note(this.noted, 'suite-failed', suite?.name ?? this.report.name ?? 'the report');
  }

  private openElement({ open }: Frame, element: XmlElement): void {
    const { name, attributes, line } = element;
    if (this.reading) {
      this.reading.isBare = false;
      // What an attempt says that was not the last is no verdict.
      const counts = isAttempt(element) || hasText(element);
      if (counts && !open.some(isAttempt)) this.reading.inner.push(element);
    } else if (name === 'testcase') {
      this.requireRoom(this.elements++, 'cases', line);
      this.checkedName(attributes.name, line);
      this.checkedName(attributes.classname, line);
      this.reading = element;
    }
    open.push(element);
  }

  private closeCase(inner: Frame, element: XmlElement): void {
    this.reading = undefined;
    const { read, doubts } = readCase(element, inner, this.limits.maxText);
    for (const doubt of doubts) note(this.noted, doubt, read.name);
    const isBare = read.outcome === 'passed' && element.isBare && element.attributes.time === '0';
    if (isBare && this.bareMeansUnfinished && read.classname === inner.suite?.name) {
      note(this.noted, 'maybe-unfinished', read.name);
    }
    this.add(inner, read);
  }

  private add(inner: Frame, read: JUnitCase): void {
    // Control characters can't be in a name here, so they can part its components.
    const key = `${read.classname ?? ''}\u0000${read.name}\u0000${read.file ?? ''}`;
    const { cases } = this.report;
    const at = inner.seen.get(key) ?? cases.length;
    const before = cases[at];
    const after = before === undefined ? read : mergeCases(before, read);
    if (before !== undefined) note(this.noted, 'merged', read.name);
    inner.seen.set(key, at);
    cases[at] = after;
    countCase(inner.tally, read, before, after);
  }

  private closeFrame(inner: Frame): void {
    this.frames.pop();
    const outer = this.frames.at(-1);
    if (outer !== undefined) addSuite(outer.tally, inner.tally);
    const { name = 'the report', declared } = inner.suite ?? this.report;
    if (inner.suite) inner.suite.cases = inner.tally.tests.merged;
    this.totals.push(...totalsProblems(name, declared, inner.tally));
  }

  /** The report, once its root has ended. */
  finish(replacedCharacters: number): JUnitReport {
    const { cases, problems } = this.report;
    if (cases.length === 0) problems.push(problem('no-cases', 'The report holds no case'));
    problems.push(...pseudoCaseProblems(cases), ...this.totals, ...notedProblems(this.noted, this.limits));
    if (replacedCharacters > 0) {
      problems.push(
        problem('control-characters', `${replacedCharacters} characters that XML forbids were replaced`),
      );
    }
    return this.report;
  }
}
