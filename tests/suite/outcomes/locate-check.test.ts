import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { codeOwnerOf } from '../../../src/suite/outcomes/code-owners.ts';
import { failureText } from '../../../src/suite/outcomes/failure-text.ts';
import { locateCheck, placeText } from '../../../src/suite/outcomes/locate-check.ts';
import { folderWith } from '../../support/folder-with.ts';
import { tryOut } from '../run/suite-folder.ts';

test('a check stands where its id begins a title, and where its path names the file', () => {
  const root = folderWith({
    'checks/pay.test.ts': "import x from 'x';\n\ntest('C07 P95 SLO', () => {});\n",
    'checks/cart.test.ts': "describe('cart', () => {\n  test('adds a book', () => {});\n});\n",
    '.github/CODEOWNERS': '* @all\n/checks/pay* @payments @sre\n',
  });
  const suite = { root, command: undefined };
  const found = locateCheck('C07', suite);
  expect(found).toMatchObject({ file: 'checks/pay.test.ts', line: 3, owner: '@payments @sre' });
  expect(found && placeText(found)).toBe(
    'npx vitest run -t C07 checks/pay.test.ts (checks/pay.test.ts:3, @payments @sre)',
  );
  expect(locateCheck('checks/cart.test.ts › cart › adds a book', suite)).toMatchObject({
    line: 2,
    owner: '@all',
    command: "npx vitest run -t 'adds a book' checks/cart.test.ts",
  });
  expect(locateCheck('C08', suite)).toBeUndefined();
});

test('the command leads to the folder of the suite where that is another', () => {
  const root = folderWith({ 'shop/test_pay.py': 'def test_card(client):\n    pass\n' });
  const of = (from: string, folder = path.join(root, 'shop')) =>
    locateCheck('test_pay.py › test_card', { root: folder, command: ['pytest'], from })?.command;
  expect(of(root)).toBe('cd shop && pytest test_pay.py -k test_card');
  expect(of(path.join(root, 'shop'))).toBe('pytest test_pay.py -k test_card');
  expect(of('/')).toBe(`cd ${root.slice(1)}/shop && pytest test_pay.py -k test_card`);
  expect(of(path.join(root, 'other'))).toBe(`cd ${root}/shop && pytest test_pay.py -k test_card`);
});

test('the command finds a test of Vitest by the titles as Vitest joins them, taken literally', () => {
  const root = folderWith({
    'cart.test.ts': "describe('cart', () => {\n  test('adds a book (v2)', () => {});\n});\n",
  });
  expect(
    locateCheck('cart.test.ts › cart > adds a book (v2) #2', { root, command: undefined }),
  ).toMatchObject({
    line: 2,
    command: String.raw`npx vitest run -t 'cart adds a book \(v2\)' cart.test.ts`,
  });
});

test('the command is that of the runner, and none where the runner is not known', () => {
  const root = folderWith({ 'test_pay.py': 'def test_card(client):\n    pass\n' });
  const of = (command: string[]) => locateCheck('test_pay.py › test_card', { root, command });
  expect(of(['python3', '-m', 'pytest', '--junitxml={junit}'])).toMatchObject({
    line: 1,
    command: 'pytest test_pay.py -k test_card',
  });
  expect(of(['npx', 'playwright', 'test'])?.command).toBe('npx playwright test test_pay.py:1');
  expect(of(['make', 'check'])?.command).toBeUndefined();
});

test('the command of a file whose set-up failed runs its tests, those of every project too', async () => {
  const files = {
    'pay.suite.mjs': "beforeAll(() => { throw new Error('login answered 500'); }); test('pays', () => {});",
  };
  for (const config of ['', "projects: [{ extends: true, test: { name: 'desktop' } }],"]) {
    let commands: (string | undefined)[] = [];
    let output = '';
    const locate = (root: string, ids: string[]) => {
      commands = ids.map((id) => locateCheck(id, { root, command: undefined })?.command);
      output = spawnSync('sh', ['-c', `${commands[0]} 2>&1`], { cwd: root, encoding: 'utf8' }).stdout;
    };
    const ids = config === '' ? ['pay.suite.mjs'] : ['desktop › pay.suite.mjs › pay.suite.mjs'];
    const { of } = await tryOut({ catalogue: undefined, files, config, keep: (root) => locate(root, ids) });
    expect(ids.map((id) => of[id]?.outcome)).toEqual(['fail']);
    expect(commands).toEqual(['npx vitest run pay.suite.mjs']);
    expect(output).toContain('login answered 500');
  }
});

test.each([
  [['npx', 'jest'], 'cart.test.js › Test suite failed to run › cart.test.js', 'npx jest cart.test.js'],
  [['npx', 'mocha'], 'cart.test.js › cart › "before all" hook for "adds"', 'npx mocha cart.test.js -g cart'],
  [['npx', 'mocha'], 'cart.test.js › Mocha Tests › "before all" hook in "{root}"', 'npx mocha cart.test.js'],
  [['npx', 'playwright', 'test'], 'cart.test.js › cart.test.js', 'npx playwright test cart.test.js'],
  [['pytest'], 'shop/test_cart.py › pytest › shop.test_cart', 'pytest shop/test_cart.py'],
] as const)('%j runs the whole of what failed as a whole: %s', (command, id, runs) => {
  const root = folderWith({ 'cart.test.js': "import './cart.test.js';\n", 'shop/test_cart.py': '' });
  expect(locateCheck(id, { root, command })).toMatchObject({ command: runs, line: undefined });
});

test.each([
  ['*', 'a/b.ts', true],
  ['*.py', 'a/b.ts', false],
  ['docs/', 'docs/x/y.md', true],
  ['docs/', 'src/docs/y.md', true],
  ['/docs/', 'src/docs/y.md', false],
  ['src/**/pay.ts', 'src/a/b/pay.ts', true],
  ['src/*', 'src/a/b/pay.ts', true],
  ['b.ts', 'a/b.ts', true],
  ['# *', 'a/b.ts', false],
])('the pattern %s owns %s: %s', (pattern, file, isOwned) => {
  const root = folderWith({ CODEOWNERS: `${pattern} @team\n`, [file]: '' });
  expect(codeOwnerOf(path.join(root, file))).toBe(isOwned ? '@team' : undefined);
});

test('a failure is said by the limit that it misses, else by its message', () => {
  const base = { id: 'C10', title: 'throughput', reason: 'throughput 8.4/s (must be ≥ 10/s)\nstack' };
  const bound = { operator: '>=' as const, value: 10 };
  const measured = { name: 'throughput', value: 8.4, unit: 'perSecond' as const, bound };
  expect(failureText({ ...base, measurements: [measured] })).toBe('C10 throughput 8.4/s (limit 10/s)');
  expect(failureText({ ...base, measurements: [{ ...measured, value: 11 }] })).toBe(
    'C10 throughput: throughput 8.4/s (must be ≥ 10/s)',
  );
  expect(failureText({ ...base, reason: undefined, measurements: [] })).toBe('C10 throughput failed');
  const foreign = { id: 'admin › signs in', title: 'signs in', reason: 'no form', measurements: [] };
  expect(failureText(foreign)).toBe('admin › signs in: no form');
});
