import { expect, test } from 'vitest';
import { type TryOptions, tryOut } from '../suite/run/suite-folder.ts';

const green = '<testsuite name="s"><testcase classname="c" name="one" time="0.1"/></testsuite>';
const attempt = (script: string, more: Partial<TryOptions> = {}) =>
  tryOut({
    catalogue: undefined,
    files: { 'green.xml': green, 'suite.sh': script },
    command: ['sh', 'suite.sh', '{junit}'],
    ...more,
  });

test('a report that the suite writes itself passes, so that what follows is for its own reason', async () => {
  expect((await attempt('cp green.xml "$1"')).exitCode).toBe(0);
});

test.concurrent.for([
  [
    'a process that left the group, after the end of the suite',
    'setsid sh -c "sleep 0.3; cp green.xml $1" &',
  ],
  [
    'the same, while it keeps the output open so that it is waited for',
    'setsid sh -c "sleep 0.3; cp green.xml $1; sleep 3" & exit 0',
  ],
  ['the same, of a suite that was killed', 'setsid sh -c "sleep 0.3; cp green.xml $1; sleep 3" & kill -9 $$'],
])('a report written by %s is none', async ([, script], { expect }) => {
  const tried = await attempt(script ?? '');
  expect(tried.problems.join('\n')).toContain('the suite wrote no report');
  expect({ outcomes: tried.outcomes, exitCode: tried.exitCode }).toEqual({ outcomes: [], exitCode: 2 });
});

test('a report of an earlier run that a link brings into its place is told from this run’s', async () => {
  const tried = await attempt('touch -d "1 hour ago" green.xml; mkdir b; mv green.xml b; ln -sfn b now', {
    command: ['sh', 'suite.sh'],
    junit: 'now/green.xml',
  });
  expect(tried.problems.join('\n')).toContain('the report is older than this run');
  expect(tried.exitCode).toBe(2);
});

test('what can’t be removed from the place of the report is said, and no cycle is run on it', async () => {
  // The folder of the suite itself.
  await expect(attempt('true', { command: ['sh', 'suite.sh'], junit: '.' })).rejects.toMatchObject({
    code: 'HARNESS',
    message: expect.stringContaining('can’t be removed'),
  });
});
