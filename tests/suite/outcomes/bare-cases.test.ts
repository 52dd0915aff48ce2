import { expect, test } from 'vitest';
import type { JUnitCase } from '../../../src/suite/junit/types.ts';
import { judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { type SuiteResult, suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import type { EventStream } from '../../../src/suite/run/events.ts';
import { definition } from '../run/suite-folder.ts';
import { end, entry, event, stream, xml } from './run-facts.ts';

const measurement = event('').measurements;
const exit = { code: 0, signal: undefined, timedOut: false };
const failure = (message?: string, text = '') =>
  ({ kind: 'failure', ...(message && { message }), text }) as const;
const bare = (more: Partial<JUnitCase> = {}): JUnitCase => ({
  name: 'adds',
  suites: ['a.suite.mjs'],
  outcome: 'passed',
  failures: [],
  flaky: 0,
  properties: [],
  line: 1,
  ...more,
});

/** The only outcome of a report of one case, with or without a stream. */
function judged(more: Partial<JUnitCase>, events?: Partial<EventStream>) {
  const { report } = suiteResultOf({ exit, events: undefined, junitXml: xml(entry('adds')) });
  const result = {
    report: { ...report, cases: [bare(more)] },
    events: events && stream({ end: end({ cases: events.cases?.length ?? 0 }), cases: [], ...events }),
    exit: { ...exit, code: undefined },
  } as SuiteResult;
  const { outcomes } = judgeReport(result);
  expect(outcomes).toHaveLength(1);
  return outcomes[0];
}

const alone = {
  id: 'a.suite.mjs › adds',
  was: 'adds',
  title: 'adds',
  group: 'a.suite.mjs',
  measurements: [],
};
/** Of a case without a stream nobody knows more. */
const untimed = {
  caseName: undefined,
  durationMs: undefined,
  startedAtMs: undefined,
  exchanges: undefined,
};
const named = { ...alone, was: alone.id, caseName: 'a.suite.mjs > adds' };

test.each<[string, Partial<JUnitCase>, object]>([
  ['passes', {}, { outcome: 'pass', executed: true }],
  ['has a time', { timeSeconds: 0.25 }, { outcome: 'pass', executed: true, durationMs: 250 }],
  [
    'has a class',
    { classname: 'Sums' },
    { id: 'a.suite.mjs › Sums › adds', was: 'Sums › adds', outcome: 'pass', executed: true },
  ],
  ['is called as its class', { classname: 'adds' }, { outcome: 'pass', executed: true }],
  [
    'stands in suites',
    { suites: ['all', 'sums'] },
    { id: 'all › sums › adds', group: 'sums', outcome: 'pass', executed: true },
  ],
  [
    'stands in none',
    { suites: [], classname: 'Sums', file: 'sums.py' },
    { id: 'sums.py › Sums › adds', was: 'Sums › adds', group: 'Sums', outcome: 'pass', executed: true },
  ],
  [
    'has only a file',
    { suites: [], file: 'sums.py' },
    { id: 'sums.py › adds', group: 'sums.py', outcome: 'pass', executed: true },
  ],
  ['stands nowhere', { suites: [] }, { id: 'adds', group: 'suite', outcome: 'pass', executed: true }],
  [
    'ran in a project',
    { project: 'firefox', file: 'a.ts', suites: ['a.ts'], classname: 'a.ts' },
    { id: 'firefox › a.ts › adds', was: 'a.ts › adds', group: 'a.ts', outcome: 'pass', executed: true },
  ],
  [
    'says something that is no verdict',
    { outcome: 'unclear', unclear: '<warning>: no data' },
    { outcome: 'unknown', executed: true, reason: 'neither passed nor failed: <warning>: no data' },
  ],
  [
    'passed in the end',
    { flaky: 2 },
    { outcome: 'unknown', executed: true, reason: 'passed only after 2 failed attempts' },
  ],
  [
    'failed',
    { outcome: 'failed', failures: [failure('it is down', 'at a.ts')] },
    { outcome: 'fail', executed: true, reason: 'it is down' },
  ],
  [
    'failed without a message',
    { outcome: 'failed', failures: [failure(undefined, 'at a.ts')] },
    { outcome: 'fail', executed: true, reason: 'at a.ts' },
  ],
  [
    'had an error of which nothing is told',
    { outcome: 'errored' },
    { outcome: 'fail', executed: true, reason: 'failed without a message' },
  ],
  ['was skipped', { outcome: 'skipped' }, { outcome: 'unknown', executed: false, reason: 'skipped' }],
  [
    'was skipped with a reason',
    { outcome: 'skipped', skip: { message: 'later' } },
    { outcome: 'unknown', executed: false, reason: 'skipped: later' },
  ],
])('a case of any runner that %s', (_, more, expected) => {
  expect(judged(more)).toStrictEqual({ ...alone, ...untimed, ...expected });
});

const own = { ...definition('A1'), title: 'adds up', group: 'sums', runbook: '' };
const { id: _, group: __, ...nameless } = own;

test.each<[string, Partial<JUnitCase>, Partial<EventStream>, object]>([
  [
    'passed',
    { timeSeconds: 9 },
    { cases: [event('adds', { durationMs: 120, startedAtMs: 7 })] },
    { outcome: 'pass', executed: true, durationMs: 120, startedAtMs: 7, measurements: measurement },
  ],
  [
    'has tags',
    {},
    { cases: [event('adds', { tags: ['sums', 'b'] })] },
    { group: 'sums', outcome: 'pass', executed: true, measurements: measurement },
  ],
  [
    'stands in a group',
    { name: 'sums > adds' },
    { cases: [event('adds', { fullName: 'sums > adds', tags: ['b'] })] },
    {
      id: 'a.suite.mjs › sums > adds',
      was: 'a.suite.mjs › sums > adds',
      title: 'sums > adds',
      group: 'sums',
      outcome: 'pass',
      caseName: 'a.suite.mjs > sums > adds',
      executed: true,
      measurements: measurement,
    },
  ],
  [
    'says what it is',
    {},
    { cases: [event('adds', { definition: own, tags: ['b'] })] },
    {
      id: 'A1',
      was: undefined,
      title: 'adds up',
      group: 'sums',
      definition: { ...own, needs: [] },
      outcome: 'pass',
      executed: true,
      measurements: measurement,
    },
  ],
  [
    'says what it is, not how it is called',
    {},
    { cases: [event('adds', { definition: nameless })] },
    {
      title: 'adds up',
      definition: { ...own, id: named.id, group: 'a.suite.mjs', needs: [] },
      outcome: 'pass',
      executed: true,
      measurements: measurement,
    },
  ],
  [
    'says that it is a check and measures nothing',
    {},
    { cases: [event('adds', { definition: own, measurements: [] })] },
    {
      id: 'A1',
      was: undefined,
      title: 'adds up',
      group: 'sums',
      definition: { ...own, needs: [] },
      outcome: 'unknown',
      executed: true,
      reason: 'passed without measuring anything',
    },
  ],
  [
    'measures nothing',
    {},
    { cases: [event('adds', { measurements: [] })] },
    { outcome: 'pass', executed: true },
  ],
  [
    'passed after two retries',
    {},
    { cases: [event('adds', { retries: 2 })] },
    { outcome: 'unknown', executed: true, reason: 'passed only after 2 retries', measurements: measurement },
  ],
  [
    'failed in the stream alone',
    {},
    { cases: [event('adds', { state: 'failed', measurements: [] })] },
    { outcome: 'unknown', executed: false, reason: 'the run never said that it ended well' },
  ],
  [
    'failed',
    { outcome: 'failed', failures: [failure('down')] },
    { cases: [event('adds', { state: 'failed', errors: ['it is', 'down'], measurements: [] })] },
    { outcome: 'fail', executed: true, reason: 'it is\ndown' },
  ],
  [
    'failed with an empty word',
    { outcome: 'failed', failures: [failure('down')] },
    { cases: [event('adds', { state: 'failed', measurements: [] })] },
    { outcome: 'fail', executed: true, reason: 'down' },
  ],
  [
    'could not judge',
    { outcome: 'failed', failures: [failure('down')] },
    { cases: [event('adds', { state: 'failed', unknown: 'unknown: why unknown: so', measurements: [] })] },
    { outcome: 'unknown', executed: true, reason: 'why unknown: so' },
  ],
  [
    'could not judge, in its own words',
    { outcome: 'failed', failures: [failure('down')] },
    { cases: [event('adds', { state: 'failed', unknown: 'it is unknown: why', measurements: [] })] },
    { outcome: 'unknown', executed: true, reason: 'it is unknown: why' },
  ],
])('a case of a Vitest suite that %s', (_name, more, events, expected) => {
  const { caseName, ...rest } = { ...named, ...expected };
  expect(judged(more, events)).toEqual({ ...rest, caseName: expect.any(String) });
});

test('a failure of which the stream tells nothing stands for a file or a hook, unless the case was found before', () => {
  const more: Partial<JUnitCase> = { outcome: 'failed', failures: [failure('down')] };
  const failed = { outcome: 'fail', reason: 'down', measurements: [] };
  expect(judged(more, {})).toEqual({ ...alone, ...failed, executed: false });
  const collected = [{ type: 'collected' as const, file: 'a.suite.mjs', fullName: 'adds', tags: ['b'] }];
  const found = { ...alone, was: alone.id, group: 'b' };
  expect(judged(more, { collected })).toEqual({ ...found, ...failed, executed: true });
  // Passed by the report alone.
  const reason = 'the run never said that it ended well';
  expect(judged({}, {})).toEqual({ ...alone, outcome: 'unknown', executed: false, reason });
});

test('of two with one name nobody can say which is which', () => {
  const cases = [event('adds', { durationMs: 1 }), event('adds', { state: 'failed', unknown: 'why' })];
  const twice = { ...alone, was: alone.id, measurements: measurement };
  expect(judged({}, { cases })).toEqual({
    ...twice,
    outcome: 'unknown',
    executed: true,
    reason: 'there is more than one of this name in its file',
  });
  const failed = judged({ outcome: 'failed' }, { cases: [...cases].reverse() });
  expect(failed).toEqual({ ...twice, outcome: 'fail', executed: true, reason: 'failed without a message' });
});

function report(names: readonly string[], events: EventStream | undefined) {
  return judgeReport(suiteResultOf({ exit, events, junitXml: xml(...names.map((name) => entry(name))) }));
}

test('what was found and neither reported nor ended is unknown, what ended and was not reported is a problem', () => {
  const collected = ['one', 'two', 'three'].map((fullName) => ({
    type: 'collected' as const,
    file: 'a.suite.mjs',
    fullName,
    tags: [],
  }));
  const { outcomes, problems } = report(
    ['one'],
    stream({ collected, cases: [event('one'), event('two', { state: 'skipped' })] }),
  );
  expect(outcomes.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'a.suite.mjs › one pass',
    'a.suite.mjs › three unknown',
  ]);
  expect(outcomes[1]).toEqual({
    id: 'a.suite.mjs › three',
    was: 'a.suite.mjs › three',
    title: 'three',
    group: 'a.suite.mjs',
    outcome: 'unknown',
    executed: false,
    reason: 'found in the suite, but it never ended',
    measurements: [],
  });
  expect(problems).toEqual(['“two” ended (skipped) but is missing from the report']);
});

test('two checks that give themselves one id are both unknown, other cases of that name are not', () => {
  const cases = [
    event('one', { definition: own }),
    event('two', { definition: own }),
    event('three', { definition: { ...own, id: 'A2' } }),
  ];
  const { outcomes } = report(['one', 'two', 'three'], stream({ cases, end: end({ cases: 3 }) }));
  expect(outcomes.map(({ id, outcome, reason }) => `${id} ${outcome} ${reason}`)).toEqual([
    'A1 unknown there is more than one check A1',
    'A1 unknown there is more than one check A1',
    'A2 pass undefined',
  ]);
  const twoSuites = Buffer.from(
    `<testsuites>${['x', 'y'].map((suite) => `<testsuite name="${suite}">${entry('one')}</testsuite>`).join('')}</testsuites>`,
  );
  const alike = judgeReport(suiteResultOf({ exit, events: undefined, junitXml: twoSuites }));
  expect(alike.outcomes.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'x › a.suite.mjs › one pass',
    'y › a.suite.mjs › one pass',
  ]);
});

test('a doubt about the whole run takes the passes of a suite without a catalogue too', () => {
  const { outcomes, problems } = report(['one'], stream({ cases: [event('one')], end: undefined }));
  expect(outcomes[0]).toMatchObject({ outcome: 'unknown', reason: 'the run never said how it ended' });
  expect(problems).toEqual(['the run never said how it ended']);
});
