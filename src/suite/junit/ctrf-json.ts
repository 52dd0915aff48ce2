import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { jsonReport } from './json-report.ts';
import type { CaseToWrite } from './write-junit.ts';

const text = z.string().nullish();

const test = z.object({
  name: z.string(),
  status: z.string(),
  duration: z.number().nullish(),
  /** Each suite around it, outermost first; one text in older versions. */
  suite: z.union([z.array(z.string()), z.string()]).nullish(),
  message: text,
  trace: text,
  line: z.number().nullish(),
  rawStatus: text,
  filePath: text,
  retries: z.number().nullish(),
  flaky: z.boolean().nullish(),
  retryAttempts: z.array(z.object({ status: z.string(), message: text })).nullish(),
  /** Where Playwright's reporter says why a test is skipped. */
  extra: z
    .object({ annotations: z.array(z.object({ type: z.string(), description: text })).nullish() })
    .nullish()
    .catch(undefined),
});

const report = z.object({
  results: z.object({
    tool: z.object({ name: z.string() }),
    summary: z.object({
      tests: z.number(),
      failed: z.number(),
      skipped: z.number(),
      pending: z.number(),
    }),
    tests: z.array(test),
    extra: z.object({ errors: z.array(z.object({ message: text })).optional() }).nullish(),
  }),
});

type Test = z.output<typeof test>;

const plain = (said: string | null | undefined): string => stripVTControlCharacters(said ?? '');

/** What is known of the attempts that failed before a pass. */
function earlierOf({ status, flaky, retries, retryAttempts }: Test): string[] {
  if (status !== 'passed') return [];
  const failed = (retryAttempts ?? []).filter((attempt) => attempt.status !== 'passed');
  if (failed.length > 0) return failed.map(({ message }) => plain(message));
  return Array.from({ length: retries || Number(flaky ?? false) }, () => '');
}

const skipped = /^(?:skipped|pending|todo|disabled)$/;
const notPassed = /fail|error|broken|timed?[ _-]?out|interrupted|skipped|pending|todo/i;

/** Jest's reporter calls a todo `other`. */
const isSkip = ({ status, rawStatus }: Test): boolean =>
  skipped.test(status) || (status === 'other' && skipped.test(rawStatus ?? ''));

/** Why it is skipped, where the report tells. */
const skipOf = ({ message, extra }: Test): string =>
  plain(message ?? extra?.annotations?.find(({ type }) => type === 'skip' || type === 'fixme')?.description);

/** How it ended, where that is none of CTRF's three: also what passed because it was expected to fail. */
function statusOf(one: Test): string | undefined {
  const { status, rawStatus } = one;
  const isPlain = status === 'failed' || isSkip(one);
  const isPass = status === 'passed' && !notPassed.test(rawStatus ?? '');
  return isPlain || isPass ? undefined : [status, rawStatus].filter(Boolean).join(': ');
}

function caseOf(one: Test): CaseToWrite {
  const { name, status, message, trace, line, duration, filePath } = one;
  return {
    name,
    file: filePath ?? undefined,
    line: line ?? undefined,
    durationMs: duration ?? undefined,
    earlier: earlierOf(one),
    failures: status === 'failed' ? [{ message: plain(message), text: plain(trace) }] : [],
    skipped: isSkip(one) ? skipOf(one) : undefined,
    status: statusOf(one),
  };
}

/** The suites around a test: older reporters join them, name the file among them, or the test itself. */
function suiteOf({ suite, name, filePath }: Test): string {
  const parts = Array.isArray(suite) ? suite : (suite ?? '').split(' > ');
  if (parts.join(' > ') === name) return '';
  const isFile = (part: string) => filePath === part || filePath?.endsWith(`/${part}`) === true;
  return parts.filter((part) => part !== '' && !isFile(part)).join(' › ');
}

/** Failures by the summary; Playwright's reporter counts those among them that were expected and passed. */
function failuresOf(declared: number, tests: readonly Test[]): number {
  const failed = tests.filter(({ status }) => status === 'failed').length;
  const expected = tests.filter((one) => one.status === 'passed' && statusOf(one) !== undefined).length;
  return declared === failed + expected ? failed : declared;
}

/** A report in the Common Test Report Format; `undefined` for anything else. */
export const readCtrf = jsonReport(report, ({ results: { tool, summary, tests, extra } }) => ({
  attributes: {
    name: tool.name,
    tests: summary.tests,
    failures: failuresOf(summary.failed, tests),
    skipped:
      summary.skipped + summary.pending + tests.filter((one) => one.status === 'other' && isSkip(one)).length,
  },
  suites: [...Map.groupBy(tests, suiteOf)].map(([name, cases]) => ({ name, cases: cases.map(caseOf) })),
  errors: (extra?.errors ?? []).map(({ message }) => message ?? 'an error without a message'),
}));
