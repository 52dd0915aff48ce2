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
        describe('group', () => { test('twice', () => {}); test('twice', () => { throw new Error('the second one is down'); }); });
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
  ['a failing case', 'a.suite.mjs › down', 'fail', 'it is down\na.suite.mjs:9:36'],
  ['a name that is there twice', 'a.suite.mjs › group > twice', 'pass', undefined],
  [
    'the second of that name',
    'a.suite.mjs › group > twice #2',
    'fail',
    'the second one is down\na.suite.mjs:10:88',
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
        export default class { onInit() { const file = process.env.VIGIL_REPORT; process.on('exit', () => {
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

test('what the suite’s own configuration says of reports is nothing to ours', async () => {
  const { outcomes, problems, exitCode } = await tryOut({
    catalogue: undefined,
    files: {
      'a.suite.mjs': "describe('group', () => { test('one', () => {}); }); test('two', () => {});",
    },
    config: `outputFile: 'own.xml', reporters: [['junit', { titleTemplate: '{filename}', ancestorSeparator: ' / ',
      suiteNameTemplate: 'all', classnameTemplate: '{title}', suiteName: 'ours' }]],`,
  });
  expect([exitCode, problems]).toEqual([0, []]);
  expect(outcomes.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'a.suite.mjs › group > one pass',
    'a.suite.mjs › two pass',
  ]);
});

test('names that no XML can hold are joined by where they stand', async () => {
  const names = ['a\tb', 'a\nb', 'a  b', '\u0007a b', 'a\ud800b', '', '\u001b[31mred'];
  const { outcomes, problems, exitCode } = await tryOut({
    catalogue: undefined,
    files: { 'a.suite.mjs': `for (const name of ${JSON.stringify(names)}) test(name, () => {});` },
  });
  expect([exitCode, problems]).toEqual([0, []]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(names.map(() => 'pass'));
  expect(new Set(outcomes.map(({ id }) => id)).size).toBe(names.length);
});

test('one file in two projects is two sets of checks', async () => {
  const { outcomes, problems } = await tryOut({
    catalogue: undefined,
    files: {
      'a.suite.mjs':
        "test('one', () => { if (process.env.PLACE === 'b') throw new Error('only there'); }); test('two', () => {});",
    },
    config: `projects: ['b', 'a'].map((name) => ({ extends: true, test: { name, env: { PLACE: name } } })),`,
  });
  expect(problems).toEqual([]);
  expect(outcomes.map(({ id, outcome }) => `${id} ${outcome}`).sort()).toEqual([
    'a › a.suite.mjs › one pass',
    'a › a.suite.mjs › two pass',
    'b › a.suite.mjs › one fail',
    'b › a.suite.mjs › two pass',
  ]);
});

test('tests of types and benchmarks are checks as well', async () => {
  const { outcomes, problems, exitCode } = await tryOut({
    catalogue: undefined,
    files: {
      'a.suite.mjs': "test('one', () => {});",
      'a.bench.mjs':
        "import { test } from 'vitest'; test('sorts', async ({ bench }) => { await bench('two', { time: 1, iterations: 1, warmup: false }, () => [2, 1].sort()).run(); });",
      'a.test-d.ts':
        "import { expectTypeOf, test } from 'vitest'; test('a number', () => { expectTypeOf(1).toEqualTypeOf<number>(); });",
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "noEmit": true, "skipLibCheck": true, "module": "nodenext" }, "include": ["*.ts"] }',
    },
    config: `typecheck: { enabled: true, include: ['*.test-d.ts'] }, benchmark: { enabled: true, include: ['*.bench.mjs'] },`,
  });
  expect(problems).toEqual([]);
  expect(outcomes.map(({ title, outcome }) => `${title} ${outcome}`).sort()).toEqual([
    'a number pass',
    'one pass',
    'sorts pass',
  ]);
  expect(exitCode).toBe(0);
});

test('a project in a folder of its own is joined by what its files are called there', async () => {
  const { outcomes, problems } = await tryOut({
    catalogue: undefined,
    files: { 'only-above.suite.mjs': "test('one', () => {});" },
    config: `projects: [{ extends: true, test: { name: 'above', root: '..', include: ['*/only-above.suite.mjs'] } }],`,
  });
  expect(problems).toEqual([]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['pass']);
  expect(outcomes[0]?.id).toMatch(/^above › .*only-above\.suite\.mjs › one$/);
});
