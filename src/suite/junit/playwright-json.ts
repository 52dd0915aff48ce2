import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { jsonReport } from './json-report.ts';
import type { CaseToWrite, SuiteToWrite } from './write-junit.ts';

const error = z.object({ message: z.string().optional(), value: z.string().optional() });

const test = z.object({
  projectName: z.string(),
  expectedStatus: z.string(),
  status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
  annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })),
  results: z.array(
    z.object({ status: z.string().optional(), duration: z.number(), errors: z.array(error).optional() }),
  ),
});

const spec = z.object({ title: z.string(), file: z.string(), line: z.number(), tests: z.array(test) });

const suite = z.object({
  title: z.string(),
  specs: z.array(spec),
  get suites() {
    return z.array(suite).optional();
  },
});

const report = z.object({
  config: z.looseObject({}),
  suites: z.array(suite),
  errors: z.array(error),
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

type Suite = z.output<typeof suite>;
type Test = z.output<typeof test>;
type Result = Test['results'][number];

const textOf = ({ message, value }: z.output<typeof error>): string =>
  stripVTControlCharacters(message ?? value ?? 'an error without a message');

/** What an error says before its piece of code and its stack. */
function messageOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => /^\s*(?:>?\s*\d+ \||at )/.test(line));
  const said = lines.slice(0, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
  return said.join('\n').replace(/^\w*Error: /, '');
}

const errorsOf = ({ errors, status }: Result): string[] =>
  errors?.length ? errors.map(textOf) : [`the attempt ended with ${status ?? 'nothing'}`];

/** Why it is skipped: by its annotation, or because the run ended before it. */
function skipOf({ annotations, results }: Test): string {
  const said = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
  return said ?? (results.at(-1)?.status === 'interrupted' ? 'interrupted' : '');
}

/** The attempts that ended otherwise than expected; those that never ran to their end are none. */
const failedOf = ({ expectedStatus, results }: Test): Result[] =>
  results.filter(
    ({ status }) => status !== expectedStatus && status !== 'skipped' && status !== 'interrupted',
  );

function endOf(one: Test): Pick<CaseToWrite, 'earlier' | 'failures' | 'skipped' | 'status'> {
  const { status, expectedStatus } = one;
  const failed = failedOf(one);
  if (status === 'skipped') return { earlier: [], failures: [], skipped: skipOf(one) };
  if (status === 'unexpected') {
    const last = failed.at(-1);
    const texts = last ? errorsOf(last) : ['it ended with an unexpected status'];
    const failures = texts.map((text) => ({ message: messageOf(text), text }));
    return { earlier: [], failures };
  }
  return {
    earlier: failed.map((result) => messageOf(errorsOf(result).join('\n'))),
    failures: [],
    status: expectedStatus === 'passed' ? undefined : `expected to be ${expectedStatus}`,
  };
}

/** The cases of a file by their projects, named as Playwright's JUnit reporter names them. */
function casesOf(inner: Suite, file: string, path: readonly string[]): [project: string, one: CaseToWrite][] {
  return [
    ...inner.specs.flatMap(({ title, line, tests }) =>
      tests.map((one): [string, CaseToWrite] => [
        one.projectName,
        {
          name: [...path, title].join(' › '),
          classname: file,
          line,
          durationMs: one.results.reduce((sum, { duration }) => sum + duration, 0),
          ...endOf(one),
        },
      ]),
    ),
    ...(inner.suites ?? []).flatMap((group) => casesOf(group, file, [...path, group.title])),
  ];
}

function suitesOf(file: Suite): SuiteToWrite[] {
  const byProject = Map.groupBy(casesOf(file, file.title, []), ([project]) => project);
  return [...byProject].map(([hostname, cases]) => ({
    name: file.title,
    hostname,
    cases: cases.map(([, one]) => one),
  }));
}

/** The report of Playwright's `json` reporter, which tells of retries; `undefined` for anything else. */
export const readPlaywrightJson = jsonReport(report, ({ stats, suites, errors }) => ({
  attributes: {
    id: '',
    name: '',
    tests: stats.expected + stats.unexpected + stats.flaky + stats.skipped,
    failures: stats.unexpected,
    skipped: stats.skipped,
  },
  suites: suites.flatMap(suitesOf),
  errors: errors.map((each) => messageOf(textOf(each))),
}));
