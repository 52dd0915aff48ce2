import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inOrder } from '../../support/in-order.ts';
import { survivors } from './processes.ts';
import { check, threeGreen, told, tryOut } from './suite-folder.ts';

/** Says who runs it, and starts a helper that stays, once in its group and once in a group of its own. */
const confess = `
import { spawn } from 'node:child_process';
trace(process.pid); trace(process.ppid);
trace(spawn('sleep', ['600'], { stdio: 'ignore' }).pid);
trace(spawn('sleep', ['600'], { stdio: 'ignore', detached: true }).pid);
`;

function pidsIn(folder: string): number[] {
  const file = path.join(folder, 'trace.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}

/** Runs a suite that never ends by itself, with more time than a busy machine needs to get that far. */
async function hang(body: string) {
  let pids: number[] = [];
  const tried = await tryOut({
    files: { 'a.suite.mjs': confess + body },
    timeoutMs: 12_000,
    keep: (folder) => {
      pids = pidsIn(folder);
    },
  });
  return { tried, pids };
}

test.concurrent.for([
  [
    'a check that never lets go',
    check('T01 counts') + check('T02 counts', 'for (;;);') + check('T03 counts'),
  ],
  ['a top-level await that never comes', `await new Promise(() => setInterval(() => {}, 1e6));${threeGreen}`],
] as const)('%s is ended with all its processes, and proves nothing', async ([, body], { expect }) => {
  const { tried, pids } = await hang(body);
  expect(tried.run.exit).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  expect(told(tried)).toEqual(
    ['T01', 'T02', 'T03'].map((id) =>
      expect.stringMatching(inOrder(`${id} unknown`, 'did not end within 12s (`timeout`)', 'not ended')),
    ),
  );
  expect(tried.exitCode).toBe(2);
  expect(pids).toHaveLength(4);
  expect(await survivors(pids)).toEqual([]);
});

const limited = 'testTimeout: 1e6, hookTimeout: 1e6,';
const wait = 'await new Promise(() => setInterval(() => {}, 1e6));';
const paused = 'await new Promise((done) => setTimeout(done, 400));';

test.concurrent.for([
  [
    'a test that waits',
    limited,
    `test('one', () => {}); test('two', async () => { ${wait} }); test('three', () => {});`,
    'two of a.suite.mjs',
    'a.suite.mjs › two',
  ],
  [
    'a test that loops',
    limited,
    `test('one', async () => { ${paused} }); test('two', () => { for (;;); });`,
    'a.suite.mjs, in or after two,',
    'a.suite.mjs › two',
  ],
  [
    'a test that loops past its own limit',
    'testTimeout: 300,',
    `test('one', async () => { ${wait} }); test('two', async () => { ${paused.replace('400', '150')} for (;;); });`,
    'two of a.suite.mjs, or a test after it, in code without an await',
    'a.suite.mjs › two',
  ],
  [
    'the set-up of a group',
    limited,
    `describe('cart', () => { beforeAll(async () => { ${wait} }); test('adds', () => {}); });`,
    'beforeAll of cart of a.suite.mjs',
    undefined,
  ],
  ['a file that is never read', limited, `${wait} test('one', () => {});`, 'a.suite.mjs', undefined],
] as const)(
  'of %s it is said that it had begun and not ended, within which limit, and what to do',
  async ([_, config, body, said, check], { expect }) => {
    const { problems, outcomes } = await tryOut({
      catalogue: undefined,
      files: { 'a.suite.mjs': body },
      config,
      timeoutMs: 9000,
    });
    const late = `the suite did not end within 9s (\`timeout\`): ${said} had begun and not ended`;
    expect(problems[0]).toBe(`${late}; give its tests shorter time limits, or raise \`timeout\``);
    expect(outcomes.map(({ id, outcome, reason }) => ({ id, outcome, reason }))).toEqual(
      check === undefined
        ? []
        : [{ id: check, outcome: 'unknown', reason: `it had begun and not ended; ${late}` }],
    );
  },
);

test('a run that is aborted is ended with all its processes, and proves nothing', async () => {
  const abort = new AbortController();
  let pids: number[] = [];
  const tried = await tryOut({
    files: { 'a.suite.mjs': `${confess}${check('T01 counts', 'await new Promise(() => {})')}` },
    signal: abort.signal,
    began: (folder) => {
      const asked = setInterval(() => pidsIn(folder).length === 4 && abort.abort(), 50);
      abort.signal.addEventListener('abort', () => clearInterval(asked));
    },
    keep: (folder) => {
      pids = pidsIn(folder);
    },
  });
  expect(tried.run.exit).toMatchObject({ timedOut: false, signal: 'SIGKILL' });
  expect(tried.of.T01?.reason).toContain('the suite was killed by SIGKILL');
  expect(tried.exitCode).toBe(2);
  expect(await survivors(pids)).toEqual([]);
});

test('what was aborted before it began proves nothing', async () => {
  const tried = await tryOut({ files: { 'a.suite.mjs': threeGreen }, signal: AbortSignal.abort() });
  expect(tried.exitCode).toBe(2);
  expect(tried.outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
});

test('a process that left the group and keeps the output open holds nobody up', async () => {
  let pids: number[] = [];
  const tried = await tryOut({
    files: {
      'stay.mjs': `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
        const child = spawn('sleep', ['600'], { stdio: 'inherit', detached: true }); child.unref();
        writeFileSync('trace.txt', String(child.pid));
        writeFileSync(process.argv[2], '<testsuite name="s"><testcase name="one" time="0.1"/></testsuite>');`,
    },
    command: [process.execPath, 'stay.mjs', '{junit}'],
    catalogue: undefined,
    keep: (folder) => {
      pids = pidsIn(folder);
    },
  });
  expect(pids).toHaveLength(1);
  expect(await survivors(pids)).toEqual([]);
  expect(tried.run.leftBehind).toEqual([`sleep 600 (process ${pids[0]})`]);
  expect(tried.run.exit).toEqual({ code: 0, signal: undefined, timedOut: false });
  expect(tried.exitCode).toBe(0);
});
