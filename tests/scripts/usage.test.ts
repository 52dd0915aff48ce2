import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inOrder } from '../support/in-order.ts';
import { bin, emptyFolder, vigil, vigilProcess } from './vigil.ts';

const stack = /\n\s+at /;

test.concurrent.for<[string, string[], RegExp]>([
  ['no command', [], /vigil COMMAND \[options\]/],
  ['an unknown command', ['moniter'], /unknown command "moniter"\. Did you mean "monitor"\?/],
  ['a name of every object', ['constructor'], /unknown command "constructor"/],
  [
    'an unknown option',
    ['monitor', '--cofnig', 'x'],
    /unknown option "--cofnig"\. Did you mean "--config"\?/,
  ],
  ['a negated option', ['monitor', '--no-config'], /unknown option "--no-config"/],
  ['an option without its value', ['monitor', '--config'], /--config.* argument missing/],
  [
    'an option instead of a value',
    ['monitor', '--config', '--loop'],
    /invalid --config "--loop": expected a value/,
  ],
  ['a stray word', ['monitor', 'vigil.config.ts'], /too many arguments for "monitor".*: vigil\.config\.ts/],
  [
    'a configuration that isn’t there',
    ['monitor', '--config', 'no.ts'],
    /there is no configuration .*no\.ts/,
  ],
  ['a configuration without a name', ['monitor', '--config='], /named has no name/],
  [
    'a configuration without a name after another',
    ['monitor', '--config', 'a.ts', '--config', ''],
    /no name|there is no/,
  ],
  ['a port that is none', ['monitor', '--port', 'abc'], /invalid --port "abc": expected 0 to 65535/],
  ['a port too high', ['target', '--port', '65536'], /invalid --port "65536": expected 0 to 65535/],
  [
    'a duration that is none',
    ['monitor', '--loop', '--interval', 'x'],
    /invalid --interval "x": expected a duration/,
  ],
  [
    'a duration without its unit',
    ['monitor', '--loop', '--interval', '5'],
    /invalid --interval "5": expected a duration with its unit: did you mean 5m\?/,
  ],
  ['a mistyped value', ['rollback', '--type', 'flga'], /expected flag, git.*\. Did you mean "flag"\?/],
  [
    'a mistyped choice',
    ['render', '--for', 'vmalret'],
    /expected prometheus, vmalert\. Did you mean "vmalert"\?/,
  ],
  ['a mistyped command of help', ['help', 'moniter'], /unknown command "moniter"\. Did you mean "monitor"\?/],
  ['a mistyped fault', ['drill', '--fault', 'slow-tial'], /no fault .*\. Did you mean "slow-tail"\?/],
])('%s exits 64 with one clear text', async ([, args, says], { expect }) => {
  const { code, stdout, stderr } = await vigil(args);
  expect(code).toBe(64);
  expect(stdout + stderr).toMatch(says);
  expect(stdout + stderr).not.toMatch(stack);
});

// One after another: a folder is removed when any of several that run at once has ended.
test.for<[string, string, RegExp]>([
  ['bad.ts', 'export default {\n  name: ;\n};', /could not be read[\s\S]*bad\.ts:2:9/],
  ['bad.ts', 'enum A { B } export default {};', /could not be read/],
  [
    'throws.ts',
    'function name() {\n  throw new TypeError("no name");\n}\nexport default { name: name() };',
    /throws\.ts threw TypeError: no name\s+where +\/.*throws\.ts:2:9\n/,
  ],
  ['throws.ts', 'throw { code: 7 };', /throws\.ts threw \{ code: 7 \}/],
  ['missing.ts', 'import "./nowhere.ts";', /could not be read: Cannot find module .*nowhere\.ts/],
  ['broken.json', '{\n  "name": "Shop",\n  "interval": "5m",,\n}', /broken\.json:3:20\s+do +it must be JSON/],
  ['bad.mjs', 'export default { interval: 5n };', /interval: expected a duration/],
  ['bad.mjs', 'export default new Map();', /expected a plain object; came a Map/],
  ['bad.json', '{"target": {"orchestration": "h"}}', /target\.orchestration: .*https:\/\/ .*came "h"/],
  [
    'bad.json',
    '{"thresholds": {"coverage": {"slo": {"value": 1}}}}',
    /thresholds\.coverage\.slo: the operator is missing/,
  ],
])('%s with %s exits 64 and says what is wrong with it', async ([name, text, says], { expect }) => {
  const cwd = emptyFolder({ [name]: text });
  // What can’t be parsed is read by Node alone, not by what runs the tests.
  const run = name.endsWith('.ts') || name === 'broken.json' ? vigilProcess : vigil;
  const { code, stdout, stderr } = await run(['monitor', '--config', name], { cwd });
  expect(code).toBe(64);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(stack);
  expect(stdout).toBe('');
});

test('a mistake in a file that the configuration imports is told with its own place', async () => {
  const cwd = emptyFolder({
    'vigil.config.ts': "import './limits.ts';\nexport default {};",
    'limits.ts': '\nconst a: = 3;',
  });
  const { code, stderr } = await vigilProcess(['monitor'], { cwd });
  expect(code).toBe(64);
  expect(stderr).toMatch(/vigil\.config\.ts could not be read: [\s\S]*where +\/.*limits\.ts:2:10\n/);
  expect(stderr).not.toMatch(stack);
});

// A file in a folder's place refuses every user, root included.
test.concurrent.for<[string, string[], RegExp]>([
  ['init', ['init', '--yes', '--url', 'http://127.0.0.1:9'], /health-tests: .*\(E(EXIST|NOTDIR)\)/],
  ['render', ['render', '--out', 'health-tests/monitoring'], /health-tests\/\S+: .*\(ENOTDIR\)/],
  [
    'a loop',
    ['monitor', '--loop', '--port', '0', '--reports', 'health-tests/reports'],
    /the reports folder \S*health-tests\/reports can’t be written \(ENOTDIR: not a directory\)/,
  ],
])('%s that can’t write exits 64 with one sentence', async ([, args, says], { expect }) => {
  const cwd = emptyFolder({ 'health-tests': '' });
  const { code, stdout, stderr } = await vigil(args, { cwd });
  expect(code).toBe(64);
  expect(stderr.trim()).toMatch(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
});

test.concurrent.for<[string, string[]]>([
  ['monitor', ['monitor', '--reports', 'health-tests/reports']],
  ['gate', ['gate', '--to', '25', '--reports', 'health-tests/reports']],
  ['rollback', ['rollback', '--reports', 'health-tests/reports']],
  ['export', ['export', '--reports', 'nothing-there']],
])(
  '%s with a reports folder that it can’t use exits 64 and names the folder',
  async ([, args], { expect }) => {
    const { code, stdout, stderr } = await vigil(args, { cwd: emptyFolder({ 'health-tests': '' }) });
    expect(stderr).toContain(String(args.at(-1)));
    expect([code, stdout]).toEqual([64, '']);
  },
);

test.concurrent.for([
  [['--help']],
  [['help']],
  [['monitor', '--help']],
  [['monitor', '--config', 'x', '-h']],
] as const)(
  '%s shows the help without a colour code where no terminal is, and exits 0',
  async ([args], { expect }) => {
    const { code, stdout, stderr } = await vigil([...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/vigil/i);
    expect(stdout.includes('\u001b')).toBe(false);
    expect(stderr).toBe('');
  },
);

test('--version is the version of the package, and nothing else', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await vigilProcess(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

const oldNode = (version: string) =>
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

const whatItNeeds = (version: string, command: string) => [
  expect.stringMatching(inOrder('Node 22.19', version, `npm ci && npm run --silent vigil -- ${command}`)),
  '',
];

test.concurrent.for(['12.22.12', '20.20.2', '22.18.0'])(
  'under Node %s it says in one line what it needs and what to run, and exits 64',
  async (version, { expect }) => {
    const { code, stdout, stderr } = await vigilProcess(['gate', '--to', '50'], {
      nodeArgs: ['--import', oldNode(version)],
    });
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual(whatItNeeds(version, 'gate --to 50'));
  },
);

test.for(['22.19.0', '24.0.0'])('under Node %s it goes on', async (version) => {
  const { code } = await vigilProcess(['--help'], { nodeArgs: ['--import', oldNode(version)] });
  expect(code).toBe(0);
});

const systemNode = '/usr/bin/node';
const systemVersion = existsSync(systemNode)
  ? execFileSync(systemNode, ['--version'], { encoding: 'utf8' }).trim().slice(1)
  : '';
const isOld = Number(systemVersion.split('.')[0] || 99) < 22;

test.skipIf(!isOld)('a real Node that is too old says the same', async () => {
  const { code, stderr } = await vigilProcess([], { node: systemNode });
  expect(code).toBe(64);
  expect(stderr.split('\n')).toEqual(whatItNeeds(systemVersion, 'monitor'));
  expect(bin).toMatch(/vigil\.js$/);
});
