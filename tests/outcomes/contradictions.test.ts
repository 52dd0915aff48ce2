import { expect, test } from 'vitest';
import { judgeCatalogue, judgeReport, suiteResultOf } from '../../src/outcomes/index.ts';
import { type CaseEvent, type EndEvent, type EventStream, parseEvents } from '../../src/run/events.ts';
import { definition } from '../run/suite-folder.ts';

const event = (name: string, more: Partial<CaseEvent> = {}): CaseEvent => ({
  type: 'case',
  name,
  fullName: name,
  file: 'a.suite.mjs',
  state: 'passed',
  errors: [],
  retries: 0,
  tags: [],
  measurements: [{ name: 'count', value: 1, unit: 'count', bound: { operator: '<', value: 10 } }],
  ...more,
});
const end = (more: Partial<EndEvent> = {}): EndEvent => ({
  type: 'end',
  reason: 'passed',
  cases: 2,
  unhandledErrors: [],
  failedModules: [],
  ...more,
});
const stream = (more: Partial<EventStream> = {}): EventStream => ({
  collected: [],
  cases: [event('T01 counts'), event('T02 counts')],
  end: end(),
  malformedLines: 0,
  ...more,
});
const entry = (name: string, inside = '') =>
  `<testcase classname="a.suite.mjs" name="${name}" time="0.1">${inside}</testcase>`;
const xml = (...entries: string[]) =>
  Buffer.from(`<testsuites><testsuite name="a.suite.mjs">${entries.join('')}</testsuite></testsuites>`);
const green = xml(entry('T01 counts'), entry('T02 counts'));
const two = [definition('T01'), definition('T02')];

function judge(given: { events?: EventStream; junitXml?: Buffer; code?: number }) {
  const exit = { code: given.code ?? 0, signal: undefined, timedOut: false };
  const result = suiteResultOf({ exit, events: given.events ?? stream(), junitXml: given.junitXml ?? green });
  const judged = judgeCatalogue(result, two, []);
  return { ...judged, states: judged.outcomes.map(({ outcome }) => outcome), result };
}

test('report, stream and exit code that tell the same story are believed', () => {
  expect(judge({})).toMatchObject({ states: ['pass', 'pass'], problems: [] });
});

test.for<[string, Parameters<typeof judge>[0], string]>([
  ['the stream has no end', { events: stream({ end: undefined }) }, 'the run never said how it ended'],
  [
    'the run says failed, exits 0 and shows no failure',
    { events: stream({ end: end({ reason: 'failed' }) }) },
    'the suite exited 0 although the run said failed',
  ],
  [
    'the run says passed and exits 1',
    { code: 1 },
    'the suite ended with exit code 1 although no case failed',
  ],
  [
    'the run was interrupted',
    { events: stream({ end: end({ reason: 'interrupted' }) }) },
    'the run was interrupted',
  ],
])('nothing is believed when %s', ([, given, problem]) => {
  const { states, problems } = judge(given);
  expect(states).toEqual(['unknown', 'unknown']);
  expect(problems).toContain(problem);
});

test.for<[string, Parameters<typeof judge>[0], string]>([
  [
    'more cases than its lines',
    { events: stream({ end: end({ cases: 3 }) }) },
    'the run told of 3 cases, its stream holds 2',
  ],
  ['torn lines', { events: stream({ malformedLines: 1 }) }, '1 lines of the run’s stream were torn'],
  [
    'an error outside any check',
    { events: stream({ end: end({ unhandledErrors: ['boom'] }) }) },
    'an error outside any check: boom',
  ],
  [
    'a file that failed',
    { events: stream({ end: end({ failedModules: [{ file: 'b', errors: ['boom'] }] }) }) },
    'b failed as a file: boom',
  ],
  [
    'a case nobody catalogued',
    { junitXml: xml(entry('T01 counts'), entry('T02 counts'), entry('other')) },
    '“other” is not in the catalogue (passed)',
  ],
])('a run that tells of %s keeps its outcomes and has a problem', ([, given, problem]) => {
  const { states, problems } = judge(given);
  expect(states).toEqual(['pass', 'pass']);
  expect(problems).toEqual([problem]);
});

test.for<[string, Parameters<typeof judge>[0], string]>([
  ['only the stream knows', { junitXml: xml(entry('T01 counts')) }, 'missing from the report'],
  [
    'only the report knows',
    { events: stream({ cases: [event('T01 counts')], end: end({ cases: 1 }) }) },
    'the run never said that it ended',
  ],
  [
    'failed in the stream and passed in the report',
    { events: stream({ cases: [event('T01 counts'), event('T02 counts', { state: 'failed' })] }) },
    'the report says passed, the run itself failed',
  ],
  [
    'skipped in the report and passed in the stream',
    { junitXml: xml(entry('T01 counts'), entry('T02 counts', '<skipped/>')) },
    'the report says skipped, the run itself passed',
  ],
  [
    'told twice by the stream',
    {
      events: stream({
        cases: [event('T01 counts'), event('T02 counts'), event('T02 counts')],
        end: end({ cases: 3 }),
      }),
    },
    'there is more than one T02',
  ],
])('a check that is %s is unknown, the other one passes', ([, given, reason]) => {
  const { states, outcomes } = judge(given);
  expect(states).toEqual(['pass', 'unknown']);
  expect(outcomes[1]?.reason).toBe(reason);
});

test('a failure in a run that nobody can believe is told, but not as a failure', () => {
  const cases = [event('T01 counts'), event('T02 counts', { state: 'failed', errors: ['it is down'] })];
  const { outcomes } = judge({ events: stream({ cases }), junitXml: Buffer.from('') });
  expect(outcomes[1]).toMatchObject({
    outcome: 'unknown',
    reason: 'the report is empty (0 bytes); it had failed: it is down',
  });
});

test('without a catalogue a problem is told once', () => {
  const contradictory = Buffer.from(
    green.toString().replace('name="a.suite.mjs">', 'name="a.suite.mjs" tests="7">'),
  );
  const { problems } = judgeReport(judge({ junitXml: contradictory }).result);
  expect(problems).toEqual(['a.suite.mjs: 7 tests declared, 2 counted']);
});

test('a stream is read line by line; what is torn or foreign is counted, never guessed at', () => {
  const line = JSON.stringify(event('T01 counts'));
  const text = [line, 'hello', line.slice(0, 50), '{"type":"case"}', '', JSON.stringify(end())].join('\n');
  expect(parseEvents(text)).toMatchObject({
    cases: [{ name: 'T01 counts' }],
    end: { reason: 'passed' },
    malformedLines: 3,
  });
  expect(parseEvents('')).toEqual({ collected: [], cases: [], end: undefined, malformedLines: 0 });
});

test('a figure that JSON can’t hold comes back as no number, and so meets no limit', () => {
  const measurements = [
    { name: 'count', value: Number.POSITIVE_INFINITY, unit: 'count', bound: { operator: '>', value: 1 } },
  ] as const;
  const { cases } = parseEvents(JSON.stringify(event('T01 counts', { measurements: [...measurements] })));
  expect(cases[0]?.measurements[0]?.value).toBeNaN();
});
