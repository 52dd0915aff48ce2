import { parseSeconds, totalsOf } from './attributes.ts';
import {
  failureOf,
  hasText,
  isAttempt,
  isFailureElement,
  isVerdict,
  mergeCases,
  readCase,
  type XmlElement,
} from './case-reader.ts';
import {
  countsMore,
  dialectOf,
  isCountOfFailed,
  isNamedByBuild,
  maySplitCases,
  projectOf,
  withoutNumber,
} from './dialect.ts';
import { formatOfRoot, notJUnit } from './not-junit.ts';
import { type Noted, note, notedProblems, problem } from './problem-list.ts';
import { pseudoCaseProblems } from './pseudo-cases.ts';
import { addSuite, type CaseTally, countCase, emptyTally, totalsProblems } from './totals.ts';
import type { Dialect, JUnitCase, JUnitLimits, JUnitProblem, JUnitReport, JUnitSuite } from './types.ts';
import { cutText, invalidReport, type XmlAttributes, type XmlHandler } from './xml.ts';

/** A suite being read, or the root around them. */
interface Frame {
  suite: JUnitSuite | undefined;
  /** One array per suite, shared by its cases. */
  path: string[];
  file: string | undefined;
  dialect: Dialect | undefined;
  tally: CaseTally;
  /** Whether each case shows that `tests` may count more than cases; `undefined` before the first. */
  mayCountMore: boolean | undefined;
  /** The cases by what they are called: where the first of that name is, and all of them as one. */
  seen: Map<string, { first: number; whole: JUnitCase }>;
  /** Cases that came after one of their name. */
  repeats: { first: number; at: number; isSplit: boolean }[];
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
  private root: XmlAttributes = {};
  /** Cases that went into another. */
  private readonly merged = new Set<JUnitCase>();
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
    const { open = [] } = this.frames.at(-1) ?? {};
    const direct = this.reading && open[open.indexOf(this.reading) + 1];
    const taker = open.find(hasText) ?? (direct && isVerdict(direct) ? direct : undefined);
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
      const other = formatOfRoot(name);
      if (other) throw notJUnit(other);
      throw refused(line, 'The report is not JUnit XML', {
        expected: '<testsuites> or <testsuite> as the outermost element',
        received: `<${name.slice(0, 60)}>`,
        hint: 'Point the configuration at the file that the runner’s JUnit reporter writes',
      });
    }
    this.root = attributes;
    const root = this.openFrame([]);
    if (name === 'testsuite') {
      this.openSuite(root, attributes, line);
      return;
    }
    this.report.declared = totalsOf(attributes);
    if (attributes.name) this.report.name = this.checkedName(attributes.name, line);
  }

  private openFrame(path: string[], suite?: JUnitSuite): Frame {
    const frame: Frame = {
      suite,
      path,
      file: suite?.file,
      dialect: suite?.dialect,
      tally: emptyTally(),
      mayCountMore: undefined,
      seen: new Map(),
      repeats: [],
      open: [],
    };
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
    const dialect = outer.dialect ?? dialectOf(this.root, attributes);
    const isBuild = isNamedByBuild(dialect);
    const name = isBuild ? 'ctest' : this.checkedName(attributes.name, line);
    this.requireRoom(this.report.suites.length, 'suites', line);
    const { timestamp, hostname } = attributes;
    const suite: JUnitSuite = {
      name,
      parents: outer.path,
      file: attributes.file ?? attributes.filepath ?? outer.file,
      timestamp,
      hostname,
      dialect,
      timeSeconds: parseSeconds(attributes.time),
      declared: totalsOf(attributes),
      cases: 0,
      failures: [],
      properties: [],
      line,
    };
    this.report.suites.push(suite);
    this.openFrame(isBuild ? outer.path : [...outer.path, name], suite);
  }

  private closeInside({ suite, tally }: Frame, element: XmlElement): void {
    const { name = '', value = '' } = element.attributes;
    const limited = (text: string) => cutText(text, this.limits.maxText);
    if (element.name === 'property') suite?.properties.push({ name, value: limited(value) });
    if (!isFailureElement(element)) return;
    const failure = failureOf(element, limited);
    if (suite && isCountOfFailed(failure, tally.bad.direct)) {
      suite.declared.errors = (suite.declared.errors ?? 1) - 1;
      return;
    }
    suite?.failures.push(failure);
    note(this.noted, 'suite-failed', suite?.name ?? this.report.name ?? 'the report');
  }

  private openElement({ open }: Frame, element: XmlElement): void {
    const { name, attributes, line } = element;
    if (this.reading) {
      this.reading.isBare = false;
      // What an attempt says that was not the last is no verdict.
      const isDirect = open.at(-1) === this.reading;
      const counts = isAttempt(element) || hasText(element) || (isDirect && isVerdict(element));
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
    const project = inner.suite && projectOf(inner.dialect, inner.suite);
    const position = inner.seen.size + inner.repeats.length + 1;
    if (element.attributes.name !== undefined)
      element.attributes.name = withoutNumber(element.attributes, position);
    const { read, doubts } = readCase(element, { ...inner, project }, this.limits.maxText);
    for (const doubt of doubts) note(this.noted, doubt, read.name);
    if (inner.suite && inner.mayCountMore !== false)
      inner.mayCountMore = countsMore(inner.dialect, inner.suite.name, element.attributes);
    const isBare = read.outcome === 'passed' && element.isBare && element.attributes.time === '0';
    // Vitest's way of a case that never ran; others write it for a fast one.
    if (isBare && inner.dialect === 'vitest') note(this.noted, 'maybe-unfinished', read.name);
    this.add(inner, read);
  }

  private add(inner: Frame, read: JUnitCase): void {
    // Control characters can't be in a name here, so they can part its components.
    const key = `${read.classname ?? ''}\u0000${read.name}\u0000${read.file ?? ''}`;
    const { cases } = this.report;
    const before = inner.seen.get(key);
    const whole = before === undefined ? read : mergeCases(before.whole, read);
    const first = before?.first ?? cases.length;
    inner.seen.set(key, { first, whole });
    if (before) inner.repeats.push({ first, at: cases.length, isSplit: maySplitCases(inner.dialect, read) });
    cases.push(read);
    countCase(inner.tally, read, before?.whole, whole);
  }

  /** Makes one case of elements that are of one, as the runner's ways or its own count of cases say. */
  private mergeRepeats({ repeats, suite, tally: { tests } }: Frame): void {
    const { cases } = this.report;
    const isCountedOnce = suite?.declared.tests === tests.merged;
    for (const { first, at, isSplit } of repeats) {
      const [before, repeated] = [cases[first], cases[at]];
      if (!before || !repeated || !(isSplit || isCountedOnce)) continue;
      cases[first] = mergeCases(before, repeated);
      this.merged.add(repeated);
      note(this.noted, 'merged', repeated.name);
    }
  }

  private closeFrame(inner: Frame): void {
    this.frames.pop();
    const outer = this.frames.at(-1);
    if (outer !== undefined) addSuite(outer.tally, inner.tally);
    // The whole report counts as its suites do.
    if (outer && !outer.suite) outer.mayCountMore ||= inner.mayCountMore;
    const { name = 'the report', declared } = inner.suite ?? this.report;
    this.mergeRepeats(inner);
    if (inner.suite) inner.suite.cases = inner.tally.tests.merged;
    this.totals.push(...totalsProblems(name, declared, inner.tally, inner.mayCountMore));
  }

  /** The report, once its root has ended. */
  finish(replacedCharacters: number): JUnitReport {
    const { problems } = this.report;
    const cases = this.report.cases.filter((each) => !this.merged.has(each));
    this.report.cases = cases;
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
