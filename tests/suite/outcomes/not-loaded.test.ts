import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { passRateReading } from '../../../src/alerts/rules/observe-rollback.ts';
import { passRateStep } from '../../../src/alerts/rules/pass-rate-step.ts';
import { judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { heldAgainst, knownCheckOf } from '../../../src/suite/outcomes/known-checks.ts';
import { isFailure } from '../../../src/suite/outcomes/quarantine.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { tryOut } from '../run/suite-folder.ts';

const bound = { operator: '<', value: 0.95 } as const;

type Run = Awaited<ReturnType<typeof runOf>>;

/** A suite whose files stand as they are, or each with what breaks it. */
const runOf = (files: Record<string, string>, command?: string[], junit?: string) =>
  tryOut({ catalogue: undefined, files, command, junit });

/** What a cycle is told of a run after a healthy one, whose checks it remembers. */
function after(healthy: Run, broken: Run) {
  const checks = healthy.outcomes.map(knownCheckOf);
  const judged = heldAgainst(broken, { declared: false, checks });
  return { ...judged, rate: passRateReading(judged.outcomes, bound, () => false).state };
}

const mocha = realpathSync(fileURLToPath(new URL('../../../node_modules/.bin/mocha', import.meta.url)));
const nodeTest = "import { before, test } from 'node:test';\n";

/** A runner, its two files as they stand, the first with a login that fails, and the first broken in each way. */
interface Case {
  name: string;
  command?: string[];
  junit?: string;
  file: string;
  tests: string;
  other: Record<string, string>;
  login: string;
  broken: { text: string; says: RegExp }[];
}

const cases: Case[] = [
  {
    name: 'Vitest',
    file: 'cart.suite.mjs',
    tests: "test('adds', () => {}); test('pays', () => {}); test('ships', () => {});",
    other: { 'greet.suite.mjs': "test('greets', () => {});" },
    login: "beforeAll(() => { throw new Error('login answered 500'); });",
    broken: [
      { text: "test('adds', () => {);", says: /could not be loaded: .*invalid JS syntax/ },
      { text: "import 'not-there'; test('adds', () => {});", says: /could not be loaded: .*not-there/ },
      {
        text: "throw new Error('no such host'); test('adds', () => {});",
        says: /could not be loaded: no such host/,
      },
    ],
  },
  {
    name: 'node:test',
    command: [process.execPath, '--test', '--test-reporter=junit'],
    junit: '-',
    file: 'cart.test.mjs',
    tests: `${nodeTest}test('adds', () => {}); test('pays', () => {}); test('ships', () => {});`,
    other: { 'greet.test.mjs': `${nodeTest}test('greets', () => {});` },
    login: "before(() => { throw new Error('login answered 500'); });",
    broken: [
      { text: `${nodeTest}test('adds', () => {);`, says: /could not be loaded: .*run the file alone/ },
      { text: "import 'not-there';", says: /could not be loaded: .*run the file alone/ },
    ],
  },
];

const pytest: Case = {
  name: 'pytest',
  command: ['pytest-3', '-q', '-p', 'no:cacheprovider', '--junitxml={junit}'],
  file: 'test_cart.py',
  tests: 'def test_adds(): pass\ndef test_pays(): pass\ndef test_ships(): pass\n',
  other: { 'test_greet.py': 'def test_greets(): pass\n' },
  login:
    "import pytest\n@pytest.fixture(scope='module', autouse=True)\ndef login(): raise RuntimeError('login answered 500')\n",
  broken: [
    { text: 'def test_adds(: pass\n', says: /could not be loaded: SyntaxError: invalid syntax/ },
    { text: 'import not_there\n', says: /could not be loaded: ModuleNotFoundError: .*not_there/ },
    { text: "raise RuntimeError('no such host')\n", says: /could not be loaded: RuntimeError: no such host/ },
  ],
};

/** The file could not be loaded: its tests are unknown, the file and the error come first, nothing calls for a rollback. */
async function holdsUnloaded({ file, tests, other, command, junit, broken }: Case): Promise<void> {
  const healthy = await runOf({ [file]: tests, ...other }, command, junit);
  expect(healthy.outcomes.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'pass']);
  for (const { text, says } of broken) {
    const run = await runOf({ [file]: text, ...other }, command, junit);
    expect(run.verdict).toBe('inconclusive');
    const { outcomes, problems, rate } = after(healthy, run);
    expect(outcomes.filter(isFailure)).toEqual([]);
    const ofFile = outcomes.filter(({ id }) => /adds|pays|ships/.test(id));
    expect(ofFile.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
    for (const { reason } of ofFile) {
      expect(reason).toMatch(/^did not run: .*cart/);
      expect(reason).toMatch(says);
    }
    expect(problems[0]).toContain('cart');
    expect(problems[0]).toMatch(says);
    expect(rate).not.toBe('breached');
    expect(passRateStep(outcomes)?.cause).toMatch(says);
  }
}

/** Its login failed as it ran: its tests count as failed, and the pass rate calls for a rollback. */
async function holdsLogin({ file, tests, other, command, junit, login }: Case): Promise<void> {
  const healthy = await runOf({ [file]: tests, ...other }, command, junit);
  const withLogin = tests.startsWith(nodeTest)
    ? tests.replace(nodeTest, `${nodeTest}${login}`)
    : `${login}${tests}`;
  const run = await runOf({ [file]: withLogin, ...other }, command, junit);
  expect(run.verdict).toBe('fail');
  const { outcomes, rate } = after(healthy, run);
  expect(outcomes.filter(isFailure).length).toBeGreaterThan(0);
  expect(outcomes.filter(({ id }) => /adds|pays|ships/.test(id)).map(({ outcome }) => outcome)).not.toContain(
    'pass',
  );
  expect(rate).toBe('breached');
}

describe.for(cases)('$name', (given) => {
  test('what could not be loaded says nothing of the service', () => holdsUnloaded(given));
  test('a login that fails as it runs is a failure of its tests', () => holdsLogin(given));
});

describe('pytest', { tags: ['pytest-3'] }, () => {
  test('what could not be loaded says nothing of the service', () => holdsUnloaded(pytest));
  test('a login that fails as it runs is a failure of its tests', async () => {
    const { file, tests, other, command, login } = pytest;
    const { outcomes } = await runOf({ [file]: `${login}${tests}`, ...other }, command);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'fail', 'pass']);
  });
});

describe('mocha', () => {
  const command = [
    process.execPath,
    mocha,
    '--reporter',
    'xunit',
    '--reporter-option',
    'output={junit}',
    'a.mjs',
  ];

  test('writes no report where a file could not be loaded: nothing failed', async () => {
    const { outcomes, problems } = await runOf({ 'a.mjs': "it('adds', () => {);" }, command);
    expect(outcomes).toEqual([]);
    expect(problems[0]).toContain('no report');
  });

  test('a hook that fails as it runs is a failure', async () => {
    const files = {
      'a.mjs': "before(() => { throw new Error('login answered 500'); }); it('adds', () => {});",
    };
    const { outcomes } = await runOf(files, command);
    expect(outcomes).toMatchObject([
      { outcome: 'fail', reason: expect.stringContaining('login answered 500') },
    ]);
  });
});

describe('bats', { tags: ['bats'] }, () => {
  const command = ['bats', '--formatter', 'junit', '.'];
  const other = { 'ok.bats': '@test "greets" { true; }\n' };
  const outcomesOf = async (text: string) => {
    const { outcomes } = await runOf({ 'cart.bats': text, ...other }, command, '-');
    return outcomes.map(({ outcome }) => outcome).toSorted();
  };

  test('a file that does not parse is unknown, a setup_file that fails is a failure', async () => {
    expect(await outcomesOf('@test "adds" { if ; }\n')).toEqual(['pass', 'unknown']);
    const login = 'setup_file() {\n  echo "login answered 500"\n  return 1\n}\n@test "adds" { true; }\n';
    expect(await outcomesOf(login)).toEqual(['fail', 'pass']);
  });
});

describe('reports of other runners', () => {
  const recorded = (name: string) => {
    const junitXml = readFileSync(new URL(`../../../fixtures/junit/${name}`, import.meta.url));
    const exit = { code: 1, signal: undefined, timedOut: false };
    return judgeReport(suiteResultOf({ junitXml, events: undefined, exit }), []);
  };

  test.for([
    ['jest-junit-suite-errors.xml', /import\.test\.js/, 'unknown', /could not be loaded: .*missing-module/],
    ['handmade-go-junit-report.xml', /\[build failed\]/, 'unknown', /could not be loaded: /],
    ['gotestsum.xml', /TestMain/, 'fail', /exit status 3/],
  ] as const)('%s: %s is %s', ([name, id, outcome, reason]) => {
    const { outcomes } = recorded(name);
    expect(outcomes.filter((check) => id.test(check.id))).toMatchObject([
      { outcome, reason: expect.stringMatching(reason) },
    ]);
  });
});
