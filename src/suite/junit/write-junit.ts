import { xmlText } from '../../core/index.ts';

/** A case of a report in another format, as JUnit can say it. */
export interface CaseToWrite {
  name: string;
  classname?: string | undefined;
  file?: string | undefined;
  line?: number | undefined;
  durationMs?: number | undefined;
  /** What each attempt said that failed before the last one. */
  earlier: readonly string[];
  failures: readonly { message: string; text: string }[];
  /** Why it did not run; empty where nobody says why. */
  skipped?: string | undefined;
  /** How it ended, where that is neither of these nor a pass. */
  status?: string | undefined;
}

export interface SuiteToWrite {
  name: string;
  /** Where Playwright's own reporter names the project. */
  hostname?: string | undefined;
  cases: readonly CaseToWrite[];
}

export interface ReportToWrite {
  attributes: Readonly<Record<string, string | number | undefined>>;
  suites: readonly SuiteToWrite[];
  /** Errors outside every case. */
  errors: readonly string[];
}

type Attributes = ReportToWrite['attributes'];

const tag = (name: string, attributes: Attributes, inner: readonly string[]): string => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${xmlText(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  return inner.length === 0 ? `${open}/>` : `${open}>\n${inner.join('\n')}\n</${name}>`;
};

function caseElement(one: CaseToWrite): string {
  const { name, classname, file, line, durationMs, earlier, failures, skipped, status } = one;
  const time = durationMs === undefined ? undefined : durationMs / 1000;
  return tag('testcase', { name, classname, file, line, time, status }, [
    ...failures.map(
      ({ message, text }) => `<failure message="${xmlText(message)}">${xmlText(text)}</failure>`,
    ),
    // Beside a failure an attempt was no flaky one, and adds nothing.
    ...(failures.length > 0 ? [] : earlier.map((message) => tag('flakyFailure', { message }, []))),
    ...(skipped === undefined ? [] : [tag('skipped', { message: skipped || undefined }, [])]),
  ]);
}

/** A report as JUnit. */
export function junitText({ attributes, suites, errors }: ReportToWrite): string {
  const elements = suites.map(({ cases, ...named }) => tag('testsuite', named, cases.map(caseElement)));
  const around = errors.map((message) => tag('error', { message }, []));
  const outside = around.length > 0 ? [tag('testsuite', { name: 'outside every case' }, around)] : [];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag('testsuites', attributes, [...elements, ...outside])}\n`;
}
