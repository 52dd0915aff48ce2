import { expect, test } from 'vitest';
import { check, type TryOptions, three, threeGreen, told, tryOut } from './suite-folder.ts';

const suite = (text: string): TryOptions['files'] => ({ 'a.suite.mjs': text });
const rest = check('T02 counts') + check('T03 counts');

interface Broken extends TryOptions {
  /** Outcomes of T01, T02, T03. */
  outcomes: [string, string, string];
  exitCode: 1 | 2;
  /** A word of the story that must be told. */
  says: RegExp;
  /** Such a run ends as any other does, and only what it left is bad: a process that waited leaves the same. */
  isOfReport?: true;
}

const unproved: Broken['outcomes'] = ['unknown', 'unknown', 'unknown'];
const doubted = { outcomes: unproved, exitCode: 2 } as const;
/** A reporter that does something to the report when everything else has ended. */
const atExit = (what: string) => ({
  'reporter.mjs': `import fs from 'node:fs';
    export default class { onInit() { const file = process.env.VIGIL_REPORT; process.on('exit', () => { ${what} }); } }`,
});
const withReporter = { args: ['--reporter=./reporter.mjs'] };

const broken: Record<string, Broken> = {
  'a failing check': {
    files: suite(check('T01 counts', "throw new Error('it is down')") + rest),
    outcomes: ['fail', 'pass', 'pass'],
    exitCode: 1,
    says: /it is down/,
    isOfReport: true,
  },
  'a failing beforeAll of a group': {
    files: suite(
      `describe('group', () => { beforeAll(() => { throw new Error('no set-up'); }); ${check('T01 counts')} });${rest}`,
    ),
    outcomes: ['unknown', 'pass', 'pass'],
    exitCode: 2,
    says: /“group” is not in the catalogue \(failed: no set-up\)/,
    isOfReport: true,
  },
  'a failing beforeAll of a file': {
    files: suite(`beforeAll(() => { throw new Error('no set-up'); });${threeGreen}`),
    ...doubted,
    says: /failed as a file: no set-up/,
    isOfReport: true,
  },
  'a failing afterAll': {
    files: suite(`afterAll(() => { throw new Error('no tear-down'); });${threeGreen}`),
    outcomes: ['pass', 'pass', 'pass'],
    exitCode: 2,
    says: /failed as a file: no tear-down/,
    isOfReport: true,
  },
  'a file that can’t be imported': {
    files: { ...suite(rest), 'b.suite.mjs': `import './nowhere.mjs';${check('T01 counts')}` },
    outcomes: ['unknown', 'pass', 'pass'],
    exitCode: 2,
    says: /b\.suite\.mjs failed as a file: Cannot find module/,
  },
  'an unhandled rejection': {
    files: suite(`${threeGreen}Promise.reject(new Error('nobody caught me'));`),
    ...doubted,
    says: /an error outside any check: nobody caught me/,
  },
  'an unhandled rejection that the settings ignore': {
    files: suite(`${threeGreen}Promise.reject(new Error('nobody caught me'));`),
    config: 'dangerouslyIgnoreUnhandledErrors: true',
    ...doubted,
    says: /exited 0 although cases failed/,
  },
  'process.exit(0) in a check': {
    files: suite(check('T01 counts', 'process.exit(0)') + rest),
    outcomes: ['fail', 'pass', 'pass'],
    exitCode: 1,
    says: /process\.exit unexpectedly called/,
  },
  'a worker that really exits with 0': {
    files: suite(check('T01 counts', 'process.reallyExit(0)') + rest),
    ...doubted,
    says: /the run never said that it ended/,
  },
  'a worker that is killed': {
    files: suite(
      `${check('T01 counts')}${check('T02 counts', "process.kill(process.pid, 'SIGKILL')")}${check('T03 counts')}`,
    ),
    ...doubted,
    says: /an error outside any check/,
  },
  'a worker out of memory': {
    files: suite(
      check('T01 counts') +
        check('T02 counts', 'const all = []; for (;;) all.push(new Array(1e6).fill(all.length));') +
        check('T03 counts'),
    ),
    config: "execArgv: ['--max-old-space-size=48']",
    ...doubted,
    says: /an error outside any check/,
  },
  'a configuration that throws, beside a report of the past': {
    files: {
      ...suite(threeGreen),
      'vitest.config.mjs': "throw new Error('bad config')",
      'junit.xml': '<testsuites><testsuite name="a"><testcase name="T01 counts"/></testsuite></testsuites>',
    },
    ...doubted,
    says: /the suite wrote no report/,
  },
  'a global set-up that exits with 0': {
    files: { ...suite(threeGreen), 'global.mjs': 'export default () => process.exit(0)' },
    config: "globalSetup: ['./global.mjs']",
    ...doubted,
    says: /the report is empty \(0 bytes\)/,
  },
  'a global tear-down that throws': {
    files: {
      ...suite(threeGreen),
      'global.mjs': "export default () => () => { throw new Error('not torn down'); }",
    },
    config: "globalSetup: ['./global.mjs']",
    ...doubted,
    says: /exit code 1 although no case failed/,
  },
  'a failure whose exit code is made 0': {
    files: {
      ...suite(check('T01 counts', "throw new Error('down')") + rest),
      'global.mjs': 'export default () => () => { process.exitCode = 0; }',
    },
    config: "globalSetup: ['./global.mjs']",
    outcomes: ['fail', 'unknown', 'unknown'],
    exitCode: 1,
    says: /exited 0 although cases failed/,
  },
  'half a report': {
    files: { ...suite(threeGreen), ...atExit('fs.truncateSync(file, 300)') },
    ...withReporter,
    ...doubted,
    says: /the report can’t be read/,
    isOfReport: true,
  },
  'a report of 0 bytes': {
    files: { ...suite(threeGreen), ...atExit('fs.truncateSync(file, 0)') },
    ...withReporter,
    ...doubted,
    says: /the report is empty/,
    isOfReport: true,
  },
  'no report although everything passed': {
    files: { ...suite(threeGreen), ...atExit('fs.rmSync(file)') },
    ...withReporter,
    ...doubted,
    says: /the suite wrote no report/,
  },
  'a report that contradicts its own totals': {
    files: {
      ...suite(threeGreen),
      ...atExit(
        "fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('failures=\"0\"', 'failures=\"2\"'))",
      ),
    },
    ...withReporter,
    ...doubted,
    says: /declared/,
    isOfReport: true,
  },
  'a reporter that throws at every case': {
    files: {
      ...suite(threeGreen),
      'reporter.mjs': "export default class { onTestCaseResult() { throw new Error('bad reporter'); } }",
    },
    ...withReporter,
    ...doubted,
    says: /an error outside any check: bad reporter/,
  },
  'a reporter that throws at the beginning': {
    files: {
      ...suite(threeGreen),
      'reporter.mjs': "export default class { onInit() { throw new Error('bad reporter'); } }",
    },
    ...withReporter,
    ...doubted,
    says: /the report is empty/,
  },
  'a name filter that matches nothing': {
    files: suite(threeGreen),
    args: ['-t', 'nothing is called this'],
    ...doubted,
    says: /skipped without a declared reason/,
  },
  'a suite without files that may pass without tests': {
    files: {},
    args: ['--passWithNoTests'],
    ...doubted,
    says: /the report holds no case/,
  },
  'a run that stops at its first failure': {
    files: suite(check('T01 counts', "throw new Error('down')") + rest),
    args: ['--bail=1'],
    outcomes: ['fail', 'unknown', 'unknown'],
    exitCode: 1,
    says: /the run was interrupted/,
  },
  'test.only where CI forbids it': {
    files: suite(`test.only('T01 counts', ({ measure }) => measure(1));${rest}`),
    ...doubted,
    says: /skipped without a declared reason/,
  },
  'test.only where the settings allow it': {
    files: suite(`test.only('T01 counts', ({ measure }) => measure(1));${rest}`),
    config: 'allowOnly: true',
    outcomes: ['pass', 'unknown', 'unknown'],
    exitCode: 2,
    says: /skipped without a declared reason/,
    isOfReport: true,
  },
  'a case that the catalogue doesn’t know': {
    files: suite(`${threeGreen}test('T99 is new', () => {});`),
    outcomes: ['pass', 'pass', 'pass'],
    exitCode: 2,
    says: /“T99 is new” is not in the catalogue/,
    isOfReport: true,
  },
};

/** By a process that is started for the run, and by one that was started ahead and waited. */
const ways = [
  ['started now', {}],
  ['that waited', { standby: true }],
] as const;

test.for(ways)('a suite in which every check measured and met its limit passes, %s', async ([, way]) => {
  const tried = await tryOut({ files: suite(threeGreen), ...way });
  expect(told(tried)).toEqual(['T01 pass', 'T02 pass', 'T03 pass']);
  expect(tried.problems).toEqual([]);
  expect(tried.exitCode).toBe(0);
});

const everyWay = Object.entries(broken).flatMap(([name, { isOfReport, ...options }]) =>
  ways.slice(0, isOfReport ? 1 : 2).map(([way, more]) => [name, way, { ...options, ...more }] as const),
);

test.concurrent.for(everyWay)('%s, %s, is no pass', async ([, , options], { expect }) => {
  const tried = await tryOut(options);
  expect(tried.outcomes.map(({ outcome }) => outcome)).toEqual(options.outcomes);
  expect([...told(tried), ...tried.problems].join('\n')).toMatch(options.says);
  expect(tried.exitCode).toBe(options.exitCode);
  expect(tried.outcomes).toHaveLength(three.length);
});
