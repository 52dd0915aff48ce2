import { parseSeconds } from './attributes.ts';
import { outcomeOf } from './case-outcome.ts';
import type { JUnitCase, JUnitProblemCode } from './types.ts';
import { cutText, type XmlAttributes } from './xml.ts';

const SKIPS = new Set(['skipped', 'skip', 'disabled', 'ignored', 'pending']);
const ATTEMPTS = new Set(['flakyFailure', 'flakyError', 'rerunFailure', 'rerunError']);

/** Reads the inside of one `<testcase>`. */
export class CaseReader {
  private readonly read: JUnitCase;
  private readonly attributes: XmlAttributes;
  private readonly maxText: number;
  private reruns = 0;
  private attemptDepth = 0;
  private readonly open: ((() => void) | undefined)[] = [];
  /** Text of the element that is read, when it is one whose text counts. */
  private captured: string | undefined;
  /** Child elements seen. */
  children = 0;
  cut = false;

  constructor(
    attributes: XmlAttributes,
    suites: string[],
    file: string | undefined,
    line: number,
    maxText: number,
  ) {
    this.attributes = attributes;
    this.maxText = maxText;
    this.read = {
      name: attributes.name ?? '',
      classname: attributes.classname,
      suites,
      file: attributes.file ?? file,
      timeSeconds: parseSeconds(attributes.time),
      outcome: 'passed',
      failures: [],
      flaky: 0,
      properties: [],
      line,
    };
  }

  element(name: string, attributes: XmlAttributes): void {
    this.children++;
    this.open.push(this.begin(name, attributes));
  }

  text(piece: string): void {
    if (this.captured === undefined || piece === '') return;
    if (this.captured.length < this.maxText) this.captured = this.limited(this.captured + piece);
    else this.cut = true;
  }

  /** Ends the innermost element; false when that is the case itself. */
  close(): boolean {
    if (this.open.length === 0) return false;
    this.open.pop()?.();
    return true;
  }

  private collect(done: (text: string) => void): () => void {
    if (this.captured !== undefined) return () => done('');
    this.captured = '';
    return () => {
      const text = this.captured?.trim() ?? '';
      this.captured = undefined;
      done(text);
    };
  }

  private limited<T extends string | undefined>(value: T): T | string {
    if (value === undefined || value.length <= this.maxText) return value;
    this.cut = true;
    return cutText(value, this.maxText);
  }

  /** What is to be done when the element that begins here ends. */
  private begin(name: string, attributes: XmlAttributes): (() => void) | undefined {
    if (ATTEMPTS.has(name)) {
      this.read.flaky++;
      if (name.startsWith('rerun')) this.reruns++;
      this.attemptDepth++;
      return () => {
        this.attemptDepth--;
      };
    }
    if (this.attemptDepth > 0) return undefined;
    if (name === 'failure' || name === 'error') return this.failure(name, attributes);
    if (SKIPS.has(name)) return this.skip(attributes);
    if (name === 'property') return this.property(attributes);
    return undefined;
  }

  private failure(kind: 'failure' | 'error', attributes: XmlAttributes): () => void {
    const type = this.limited(attributes.type);
    const message = this.limited(attributes.message);
    return this.collect((text) => {
      this.read.failures.push({ kind, type, message, text });
    });
  }

  private skip(attributes: XmlAttributes): () => void {
    const type = this.limited(attributes.type);
    const message = this.limited(attributes.message);
    return this.collect((text) => {
      this.read.skip ??= { type, message: message ?? (text || undefined) };
    });
  }

  private property(attributes: XmlAttributes): () => void {
    const value = this.limited(attributes.value);
    return this.collect((text) => {
      this.read.properties.push({ name: attributes.name ?? '', value: value ?? text });
    });
  }

  finish(): { read: JUnitCase; doubt: JUnitProblemCode | undefined } {
    const { status, result } = this.attributes;
    // gtest has both: status="run" result="skipped".
    const words = [status, result].filter((word) => word !== undefined);
    const verdicts = (words.length === 0 ? [''] : words).map((word) =>
      outcomeOf({ ...this.read, reruns: this.reruns, status: word }),
    );
    const verdict = verdicts.find((each) => each.outcome !== 'passed') ?? verdicts[0];
    this.read.outcome = verdict?.outcome ?? 'failed';
    return { read: this.read, doubt: verdict?.doubt };
  }
}
