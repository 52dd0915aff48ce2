import { totalsOf } from './attributes.ts';
import { mergeCases } from './case-outcome.ts';
import { CaseReader } from './case-reader.ts';
import { type Frame, frame, suiteFromTag } from './frame.ts';
import { notedProblems, ProblemList, problem } from './problem-list.ts';
import { pseudoCaseProblems } from './pseudo-cases.ts';
import { addSuite, countCase, totalsProblems } from './totals.ts';
import type { JUnitCase, JUnitFailure, JUnitLimits, JUnitProblem, JUnitReport } from './types.ts';
import { cutText, invalidReport, type XmlAttributes, type XmlHandler } from './xml.ts';

const refused = (line: number, message: string, details: Parameters<typeof invalidReport>[2]) =>
  invalidReport(message, { line, column: 0 }, details);

/** Turns the elements of a report into facts; one use. */
export class ReportReader implements XmlHandler {
  private readonly limits: JUnitLimits;
  private readonly report: JUnitReport = { declared: {}, cases: [], suites: [], problems: [] };
  private readonly frames: Frame[] = [];
  private readonly noted = new ProblemList();
  private readonly totals: JUnitProblem[] = [];
  /** Vitest's way of a case that never ran; Playwright, whose root has an id, writes it for a fast one. */
  private bareMeansUnfinished = false;
  private elements = 0;
  private reading: CaseReader | undefined;
  private readingTime: string | undefined;
  /** A failure of a suite itself, while its text is read. */
  private suiteFailure: JUnitFailure | undefined;

  constructor(limits: JUnitLimits) {
    this.limits = limits;
  }

  open(name: string, attributes: XmlAttributes, line: number): void {
    const outer = this.frames.at(-1);
    if (outer === undefined) this.openRoot(name, attributes, line);
    else if (name === 'testcase' || name === 'testsuite' || name === 'testsuites') {
      if (this.reading !== undefined) {
        throw refused(line, `A <${name}> stands inside a <testcase>`, { expected: 'JUnit XML' });
      }
      if (name === 'testcase') this.openCase(outer, attributes, line);
      else this.openSuite(outer, attributes, line);
    } else if (this.reading !== undefined) this.reading.element(name, attributes);
    else this.openInside(outer, name, attributes);
  }

  text(piece: string): void {
    if (this.reading !== undefined) this.reading.text(piece);
    else if (this.suiteFailure !== undefined) {
      this.suiteFailure.text = cutText(this.suiteFailure.text + piece, this.limits.maxText);
    }
  }

  close(): void {
    const inner = this.frames.at(-1);
    if (inner === undefined) return;
    if (this.reading !== undefined) {
      if (!this.reading.close()) this.closeCase(inner, this.reading);
    } else if (inner.inside.length > 0) this.closeInside(inner);
    else this.closeFrame(inner);
  }

  private openRoot(name: string, attributes: XmlAttributes, line: number): void {
    if (name !== 'testsuites' && name !== 'testsuite') {
      throw refused(line, 'The report is not JUnit XML', {
        expected: '<testsuites> or <testsuite> as the outermost element',
        received: `<${name.slice(0, 60)}>`,
        hint: 'Point the configuration at the file that the runner’s JUnit reporter writes',
      });
    }
    const root = frame([], undefined);
    this.frames.push(root);
    if (name === 'testsuite') {
      this.openSuite(root, attributes, line);
      return;
    }
    this.bareMeansUnfinished = attributes.id === undefined;
    this.report.declared = totalsOf(attributes);
    if (attributes.name) this.report.name = this.checkedName(attributes.name, line);
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
    const suite = suiteFromTag(name, attributes, outer, line);
    this.report.suites.push(suite);
    this.frames.push(frame([...outer.path, name], suite.file, suite));
  }

  private openInside(outer: Frame, name: string, attributes: XmlAttributes): void {
    outer.inside.push(name);
    if (name === 'property') {
      const { name: key = '', value = '' } = attributes;
      outer.suite?.properties.push({ name: key, value: value.slice(0, this.limits.maxText) });
    }
    if (name !== 'failure' && name !== 'error') return;
    const { type, message } = attributes;
    this.suiteFailure = { kind: name, type, message, text: '' };
    outer.suite?.failures.push(this.suiteFailure);
    this.noted.note('suite-failed', outer.suite?.name ?? this.report.name ?? 'the report');
  }

  private closeInside(inner: Frame): void {
    const name = inner.inside.pop();
    if (this.suiteFailure === undefined || (name !== 'failure' && name !== 'error')) return;
    this.suiteFailure.text = this.suiteFailure.text.trim();
    this.suiteFailure = undefined;
  }

  private openCase(outer: Frame, attributes: XmlAttributes, line: number): void {
    this.requireRoom(this.elements++, 'cases', line);
    this.checkedName(attributes.name, line);
    this.checkedName(attributes.classname, line);
    this.readingTime = attributes.time;
    this.reading = new CaseReader(attributes, outer.path, outer.file, line, this.limits.maxText);
  }

  private closeCase(inner: Frame, reader: CaseReader): void {
    this.reading = undefined;
    const { read, doubt } = reader.finish();
    if (doubt !== undefined) this.noted.note(doubt, read.name);
    if (reader.cut) this.noted.note('text-cut', read.name);
    const bare = read.outcome === 'passed' && reader.children === 0 && this.readingTime === '0';
    if (bare && this.bareMeansUnfinished && read.classname === inner.suite?.name) {
      this.noted.note('maybe-unfinished', read.name);
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
    if (before !== undefined) this.noted.note('merged', read.name);
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
