import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type TryOptions, tryOut } from './suite-folder.ts';

const node = process.execPath;
const green = '<testsuite name="s"><testcase classname="c" name="one" time="0.1"/></testsuite>';
const red =
  '<testsuite name="s"><testcase classname="c" name="one" time="0.1"><failure message="it is down"/></testcase></testsuite>';

/** A script that writes `report` where its argument says, or to stdout, and exits with `code`. */
const writer = (report: string, code = 0) => ({
  'writer.mjs': `import { writeFileSync } from 'node:fs';
    const report = ${JSON.stringify(report)};
    if (process.argv[2] === '-') process.stdout.write(report); else if (process.argv[2]) writeFileSync(process.argv[2], report);
    process.exitCode = ${code};`,
});
const attempt = (options: TryOptions) => tryOut({ catalogue: undefined, ...options });
const toPath = [node, 'writer.mjs', '{junit}'];

test.concurrent.for([
  ['a passing report', green, 0, 0, 'pass', undefined],
  ['a failing report with exit code 1', red, 1, 1, 'fail', 'it is down'],
  ['a failing report with exit code 0', red, 0, 1, 'fail', 'it is down'],
  ['a passing report with exit code 1', green, 1, 2, 'unknown', 'exit code 1 although no case failed'],
  ['a skipped case', green.replace('"0.1"/>', '"0.1"><skipped/></testcase>'), 0, 2, 'unknown', 'skipped'],
  [
    'a case that passed after failing',
    green.replace('"0.1"/>', '"0.1"><flakyFailure message="x"/></testcase>'),
    0,
    2,
    'unknown',
    'passed only after 1 failed attempt',
  ],
  [
    'totals that contradict the cases',
    green.replace('name="s"', 'name="s" tests="1" failures="1"'),
    0,
    2,
    'unknown',
    'declared',
  ],
  [
    'a failure of the suite itself',
    green.replace('</testsuite>', '<system-out/><error message="boom"/></testsuite>'),
    0,
    2,
    'unknown',
    '',
  ],
] as const)('%s counts for what it is', async ([, report, code, exitCode, outcome, reason], { expect }) => {
  const tried = await attempt({ files: writer(report, code), command: toPath });
  expect(tried.outcomes.map((each) => each.outcome)).toEqual([outcome]);
  expect(tried.outcomes[0]?.reason ?? '').toContain(reason ?? '');
  expect(tried.exitCode).toBe(exitCode);
});

test.concurrent.for([
  [
    'no report at all',
    { files: writer(green), command: [node, 'writer.mjs'], junit: 'no.xml' },
    /wrote no report/,
  ],
  ['an empty report', { files: writer(''), command: toPath }, /0 bytes/],
  ['half a report', { files: writer(green.slice(0, 40)), command: toPath }, /can’t be read/],
  ['a report without cases', { files: writer('<testsuites/>'), command: toPath }, /holds no case/],
  ['text instead of XML', { files: writer('1..1\nok 1'), command: toPath }, /can’t be read/],
  ['a command that doesn’t exist', { files: {}, command: ['no-such-command', '{junit}'] }, /wrote no report/],
] as const)('%s is inconclusive', async ([, options, says], { expect }) => {
  const tried = await attempt({ ...options, command: [...options.command] });
  expect(tried.outcomes).toEqual([]);
  expect(tried.problems.join('\n')).toMatch(says);
  expect(tried.exitCode).toBe(2);
});

test('a command that doesn’t exist has exit code 127 and says which', async () => {
  const tried = await attempt({ files: {}, command: ['no-such-command', '{junit}'] });
  expect(tried.run.exit).toEqual({ code: 127, signal: undefined, timedOut: false });
  expect(tried.run.output).toContain('no-such-command');
});

test.for<[string, TryOptions, RegExp]>([
  [
    'a command that is not in PATH',
    { files: {}, command: ['no-such-command', '{junit}'] },
    /no report: suite\.command starts "no-such-command", which was not found in PATH$/,
  ],
  [
    'a command that is not in the folder',
    { files: {}, command: ['./run.sh', '{junit}'] },
    /starts ".\/run\.sh", which was not found in \/.*suite-/,
  ],
  [
    'a command that starts another which is not there',
    { files: {}, command: ['sh', '-c', 'no-such-command --junit={junit}'] },
    /exit code 127: a program that suite\.command starts was not found/,
  ],
  [
    'a command that writes nowhere',
    { files: { 'idle.mjs': '' }, command: [node, 'idle.mjs', '{junit}'] },
    /no report \(exit code 0\)$/,
  ],
  [
    'a command that is not told where to write',
    { files: { 'idle.mjs': '' }, command: [node, 'idle.mjs'], junit: 'out.xml' },
    /\(exit code 0\); .*out\.xml \(suite\.junit\), and suite\.command does not use \{junit\}/,
  ],
  [
    'a command that prints nothing',
    { files: { 'idle.mjs': '' }, command: [node, 'idle.mjs'], junit: '-' },
    /\(exit code 0\); .*stdout \(suite\.junit\)/,
  ],
])('%s is told by what is wrong with it', async ([, options, says]) => {
  const { problems } = await attempt(options);
  expect(problems).toEqual([expect.stringMatching(says)]);
});

test('a report on stdout is read from there', async () => {
  const tried = await attempt({ files: writer(green), command: [node, 'writer.mjs', '-'], junit: '-' });
  expect(tried.outcomes).toMatchObject([{ id: 's › c › one', outcome: 'pass', durationMs: 100 }]);
  expect(tried.exitCode).toBe(0);
});

test('a report on stdout is read from where it begins', async () => {
  const tried = await attempt({
    files: writer(`hello\n${green}`),
    command: [node, 'writer.mjs', '-'],
    junit: '-',
  });
  expect(tried.exitCode).toBe(0);
  expect(tried.run.junitXml?.toString()).toBe(green);
});

test('a report of the past at a fixed path is never taken for this run’s', async () => {
  const tried = await attempt({
    files: { 'old.xml': green, 'idle.mjs': '' },
    command: [node, 'idle.mjs'],
    junit: 'old.xml',
  });
  expect(tried.problems).toEqual([expect.stringContaining('the suite wrote no report (exit code 0)')]);
  expect(tried.exitCode).toBe(2);
});

test('a report at a fixed path counts when this run wrote it', async () => {
  const tried = await attempt({
    files: { 'old.xml': red, ...writer(green) },
    command: [node, 'writer.mjs', 'old.xml'],
    junit: 'old.xml',
  });
  expect(tried.exitCode).toBe(0);
});

test('a command that reports nobody knows where is a mistake of the configuration', async () => {
  await expect(attempt({ files: writer(green), command: [node, 'writer.mjs'] })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    expected: expect.stringContaining('{junit}'),
  });
});

test('the suite gets none of the runner’s secrets, and what the configuration gives it', async () => {
  let seen: Record<string, string> = {};
  process.env.VIGIL_TEST_SECRET = 'hunter2';
  const tried = await attempt({
    files: {
      'env.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('env.json', JSON.stringify(process.env)); writeFileSync(process.argv[2], ${JSON.stringify(green)});`,
    },
    command: [node, 'env.mjs', '{junit}'],
    env: { OWN: 'value' },
    keep: (folder) => {
      seen = JSON.parse(readFileSync(path.join(folder, 'env.json'), 'utf8'));
    },
  });
  delete process.env.VIGIL_TEST_SECRET;
  expect(seen).toMatchObject({ CI: '1', OWN: 'value', PATH: process.env.PATH });
  expect(seen).not.toHaveProperty('VIGIL_TEST_SECRET');
  expect(tried.exitCode).toBe(0);
});
