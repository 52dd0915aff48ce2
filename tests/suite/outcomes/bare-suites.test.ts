import { beforeAll, expect, test } from 'vitest';
import { type Tried, tryOut } from '../run/suite-folder.ts';

let tried: Tried;
beforeAll(async () => {
  tried = await tryOut({
    catalogue: undefined,
    files: {
      'a.suite.mjs': `
        test('one', () => {});
        let tries = 0;
        test('retried', { retry: 1 }, () => { tries += 1; if (tries < 2) throw new Error('flaky'); });
        test.fails('inverted', () => { throw new Error('down'); });
        test('unmet', ({ measure }) => measure(11));
        test('unsure', () => { throw new UnknownOutcome('too little'); });
        test('down', () => { throw new Error('it is down'); });
        describe('group', () => { test('twice', () => {}); test('twice', () => {}); });
        test.skip('left out', () => {});`,
      'b.suite.mjs': "test('one', () => { process.reallyExit(0); });",
    },
  });
});

test.for([
  ['a passing case', 'a.suite.mjs › one', 'pass', undefined],
  ['a retry that passed', 'a.suite.mjs › retried', 'unknown', 'passed only after a retry'],
  ['test.fails', 'a.suite.mjs › inverted', 'unknown', 'passed because it is declared to fail'],
  ['an unmet measurement', 'a.suite.mjs › unmet', 'unknown', 'passed although count 11 (must be < 10)'],
  ['a case that can’t judge', 'a.suite.mjs › unsure', 'unknown', 'too little'],
  ['a failing case', 'a.suite.mjs › down', 'fail', 'it is down'],
  [
    'a name that is there twice',
    'a.suite.mjs › group > twice',
    'unknown',
    'there is more than one of this name in its file',
  ],
  ['a skipped case', 'a.suite.mjs › left out', 'unknown', 'skipped'],
  [
    'a case that died, though another file has one of its name',
    'b.suite.mjs › one',
    'unknown',
    'the run never said that it ended well',
  ],
] as const)('without a catalogue %s is %s: %s', ([, id, outcome, reason]) => {
  expect(tried.of[id]).toMatchObject({ outcome, ...(reason && { reason }) });
});

test('a case that only the stream knows is missing from the report', async () => {
  const lost = await tryOut({
    catalogue: undefined,
    files: {
      'a.suite.mjs': "test('one', () => {}); test('two', () => {});",
      'reporter.mjs': `import fs from 'node:fs';
        export default class { onInit(vitest) { const file = vitest.config.outputFile.junit; process.on('exit', () => {
          const text = fs.readFileSync(file, 'utf8');
          fs.writeFileSync(file, text.replace(/<testcase[^>]*name="two"[^]*?<.testcase>/, '').replaceAll('tests="2"', 'tests="1"'));
        }); } }`,
    },
    args: ['--reporter=./reporter.mjs'],
  });
  expect(lost.outcomes.map(({ title }) => title)).toEqual(['one']);
  expect(lost.problems).toEqual(['“two” ended (passed) but is missing from the report']);
  expect(lost.exitCode).toBe(2);
});
