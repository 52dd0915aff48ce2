import { expect, test } from 'vitest';
import { judgeCatalogue, judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { type EventStream, parseEvents } from '../../../src/suite/run/events.ts';
import type { SuiteExit } from '../../../src/suite/run/spawn-command.ts';
import { inOrder } from '../../support/in-order.ts';
import { definition } from '../run/suite-folder.ts';
import { end, entry, event, stream, xml } from './run-facts.ts';

const green = xml(entry('T01 counts'), entry('T02 counts'));
const two = [definition('T01'), definition('T02')];
const redXml = xml(entry('T01 counts'), entry('T02 counts', '<failure message="down"/>'));
const erroneous = xml(entry('T01 counts'), entry('T02 counts', '<error message="down"/>'));
const failed = (more: Parameters<typeof end>[0] = {}) =>
  stream({
    cases: [event('T01 counts'), event('T02 counts', { state: 'failed', errors: ['it is down', 'and out'] })],
    end: end({ reason: 'failed', ...more }),
  });

interface Given {
  events?: EventStream;
  junitXml?: Buffer;
  exit?: Partial<SuiteExit>;
}

function judge(given: Given) {
  const exit = { code: 0, signal: undefined, timedOut: false, ...given.exit };
  const result = suiteResultOf({ exit, events: given.events ?? stream(), junitXml: given.junitXml ?? green });
  const judged = judgeCatalogue(result, two, []);
  return { ...judged, states: judged.outcomes.map(({ outcome }) => outcome), result };
}

test('report, stream and exit code that tell the same story are believed', () => {
  expect(judge({})).toMatchObject({ states: ['pass', 'pass'], problems: [] });
});

test.for<[string, Given, string]>([
  ['the stream has no end', { events: stream({ end: undefined }) }, 'the run never said how it ended'],
  [
    'the run says failed, exits 0 and shows no failure',
    { events: stream({ end: end({ reason: 'failed' }) }) },
    'the suite exited 0 although the run said failed',
  ],
  [
    'the run says passed and exits 1',
    { exit: { code: 1 } },
    'the suite ended with exit code 1 although no case failed',
  ],
  ['it was killed', { exit: { code: undefined, signal: 'SIGKILL' } }, 'the suite was killed by SIGKILL'],
  [
    'it was ended because it took too long',
    { exit: { code: undefined, timedOut: true, limitMs: 18_000 } },
    'the suite did not end within 18s (`timeout`); give its tests shorter time limits, or raise `timeout`',
  ],
  ['its report is empty of cases', { junitXml: xml() }, 'the report holds no case'],
  [
    'the totals of its report are others',
    { junitXml: Buffer.from(green.toString().replace('.mjs">', '.mjs" tests="7">')) },
    'a.suite.mjs: 7 tests declared, 2 counted',
  ],
  [
    'its report counts failures that it doesn’t show',
    { junitXml: Buffer.from(green.toString().replace('.mjs">', '.mjs" failures="1">')) },
    expect.stringMatching(inOrder('a.suite.mjs', '1 failures', 'declared', 'no case')),
  ],
  [
    'a suite of its report failed as a whole',
    { junitXml: Buffer.from(green.toString().replace('.mjs">', '.mjs"><failure message="down"/>')) },
    '1 failures belong to suites and to no case',
  ],
  [
    'the run was interrupted',
    { events: stream({ end: end({ reason: 'interrupted' }) }) },
    'the run was interrupted',
  ],
])('nothing is believed when %s', ([, given, problem]) => {
  const { states, problems } = judge(given);
  expect(states).toEqual(['unknown', 'unknown']);
  expect(problems).toContainEqual(problem);
});

test.for<[string, Given, string]>([
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
    { events: stream({ end: end({ failedModules: [{ file: 'b', errors: ['boom', 'bang'] }] }) }) },
    'b failed as a file: boom; bang',
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

test.for<[string, Given, string]>([
  ['exits 0', {}, 'the suite exited 0 although cases failed'],
  [
    'says that it passed',
    { events: failed({ reason: 'passed' }), exit: { code: 1 } },
    'the run said passed but did not exit 0',
  ],
  [
    'has errors in its report, and exits 0',
    { junitXml: erroneous },
    'the suite exited 0 although cases failed',
  ],
])('a run with a failure that %s keeps the failure and no pass', ([, given, problem]) => {
  const { states, problems, outcomes } = judge({ events: failed(), junitXml: redXml, ...given });
  expect(states).toEqual(['unknown', 'fail']);
  expect(outcomes[1]?.reason).toBe('it is down\nand out');
  expect(problems).toEqual([problem]);
});

test.for<[string, Given]>([
  ['a failed check', { events: failed(), junitXml: redXml }],
  [
    'an error outside any check',
    { events: stream({ end: end({ reason: 'failed', unhandledErrors: ['boom'] }) }) },
  ],
  [
    'a file that failed',
    { events: stream({ end: end({ reason: 'failed', failedModules: [{ file: 'b', errors: ['boom'] }] }) }) },
  ],
])('an exit code of 1 is explained by %s, and the rest believed', ([, given]) => {
  expect(judge({ ...given, exit: { code: 1 } }).states[0]).toBe('pass');
});

test.for<[string, Given, string]>([
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
  const { outcomes } = judge({ events: failed(), junitXml: Buffer.from('') });
  expect(outcomes[1]).toMatchObject({
    outcome: 'unknown',
    reason: expect.stringMatching(inOrder('empty', '0 bytes', 'it had failed: it is down; and out')),
  });
});

test('of a run that broke off it is told of each check whether it had ended', () => {
  const cases = [event('T01 counts', { name: 'T01 renamed' })];
  const { outcomes } = judge({ events: stream({ cases, end: undefined }) });
  expect(outcomes.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(inOrder('“T01 renamed”', 'catalogue', '“T01 counts”')),
    expect.stringMatching(inOrder('never said how it ended', 'it had not ended')),
  ]);
});

test('without any stream no check of a catalogue is believed', () => {
  const exit = { code: 0, signal: undefined, timedOut: false };
  const result = suiteResultOf({ exit, events: undefined, junitXml: green });
  const { outcomes, problems } = judgeCatalogue(result, two, []);
  expect(outcomes.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
    'unknown: the run never said that it ended',
    'unknown: the run never said that it ended',
  ]);
  expect(problems).toEqual([]);
});

test('a check is found by its id within its suites, and a stranger is told with the first line of what it said', () => {
  const inside = '<failure>it is\nvery down</failure>';
  const { outcomes, problems } = judge({
    junitXml: xml(entry('all > group > T01 counts'), entry('T02 counts'), entry('group > T1', inside)),
    exit: { code: 1 },
    events: stream({ end: end({ reason: 'failed' }) }),
  });
  expect(outcomes[0]?.outcome).toBe('pass');
  expect(problems).toEqual([
    expect.stringMatching(inOrder('“group > T1”', 'not in the catalogue', '(failed: it is)')),
  ]);
});

test.for<[string, Parameters<typeof suiteResultOf>[0]['reportProblem'], Buffer | undefined, RegExp]>([
  ['nothing', undefined, undefined, /^the suite wrote no report$/],
  ['nothing, for a reason', 'the report is a folder', undefined, /^the report is a folder$/],
  ['no XML', undefined, Buffer.from('<testsuites><testcase'), /^the report can’t be read: .+ at .+/],
])('a report that is %s is told as such', ([, reportProblem, junitXml, told]) => {
  const exit = { code: 0, signal: undefined, timedOut: false };
  const { report } = suiteResultOf({
    exit,
    events: undefined,
    junitXml,
    ...(reportProblem && { reportProblem }),
  });
  expect(report).toEqual({ unreadable: expect.stringMatching(told) });
  expect(judgeReport({ report, events: undefined, exit })).toEqual({
    outcomes: [],
    doubts: [expect.stringMatching(told)],
    problems: [expect.stringMatching(told)],
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
  expect(parseEvents('')).toEqual({ collected: [], cases: [], open: [], end: undefined, malformedLines: 0 });
});

test('a figure that JSON can’t hold comes back as no number, and so meets no limit', () => {
  const measurements = [
    { name: 'count', value: Number.POSITIVE_INFINITY, unit: 'count', bound: { operator: '>', value: 1 } },
  ] as const;
  const { cases } = parseEvents(JSON.stringify(event('T01 counts', { measurements: [...measurements] })));
  expect(cases[0]?.measurements[0]?.value).toBeNaN();
});
