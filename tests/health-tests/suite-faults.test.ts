import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import type { SuiteFacts } from '../../health-tests/support/suite-facts.ts';
import { integrityFaults, settingFaults } from '../../health-tests/support/suite-faults.ts';
import { testTitle } from '../../src/core/catalogue/check-definition.ts';
import { checksOfShard, patternOfTitles } from '../../src/core/catalogue/shard.ts';
import { context, facts } from './context.ts';

const { collected } = facts();
const [first, ...others] = collected as [SuiteFacts['collected'][number], ...SuiteFacts['collected']];

test('the suite as it is has no faults', () => {
  expect(integrityFaults(facts())).toEqual([]);
  expect(settingFaults(facts(), context())).toEqual([]);
});

test.for<[string, Partial<SuiteFacts>, string[]]>([
  ['a check that is missing', { collected: others }, [`${first.name} is missing`]],
  ['a check that is there twice', { collected: [first, ...collected] }, [`${first.name} is there 2 times`]],
  [
    'a renamed check',
    { collected: [{ ...first, name: 'H01 all good' }, ...others] },
    [`${first.name} is missing`, expect.stringMatching(/^“H01 all good” .*x\.test\.ts.* not in /)],
  ],
  ['test.skip', { collected: [{ ...first, mode: 'skip' }, ...others] }, [`${first.name} is skip`]],
  ['test.todo', { collected: [{ ...first, mode: 'todo' }, ...others] }, [`${first.name} is todo`]],
  ['test.only', { collected: [{ ...first, mode: 'only' }, ...others] }, [`${first.name} is only`]],
  ['a file that can’t be parsed', { unreadable: ['a.test.ts'] }, ['a.test.ts can’t be parsed']],
  ['a name filter', { namePattern: 'H0' }, ['only names like /H0/ run']],
  ['a shard that nobody declared', { shard: '1/3' }, ['only the files of shard 1/3 run']],
])('H05 names %s', ([, more, faults]) => {
  expect(integrityFaults(facts(more))).toEqual(faults);
});

test('H05 takes the names of the shard that the configuration asks for, and no others', () => {
  const namesOf = (index: number) => {
    const own = checksOfShard(catalogue, { index, count: 3 });
    return { namePattern: new RegExp(patternOfTitles(own.map(testTitle))).source };
  };
  expect(integrityFaults(facts(namesOf(2)), { shard: '2/3' })).toEqual([]);
  for (const more of [namesOf(1), { namePattern: undefined }])
    expect(integrityFaults(facts(more), { shard: '2/3' })).toEqual([
      expect.stringContaining('only names like'),
    ]);
});

test.for<[string, Partial<SuiteFacts['settings']>, string]>([
  ['no JUnit reporter', { reporters: ['default'] }, 'the JUnit reporter is off'],
  ['no file for the report', { junitFile: undefined }, 'the JUnit report has no file'],
  ['retries', { retry: 2 }, 'failed checks are retried 2 times'],
  ['a bail', { bail: 1 }, 'the run stops after 1 failures'],
  ['passing without checks', { passWithNoTests: true }, 'a run without checks passes'],
  ['ignored errors', { dangerouslyIgnoreUnhandledErrors: true }, 'unhandled errors are ignored'],
  ['a shuffled order', { shuffled: true }, 'the checks run in random order, so H14 times nothing'],
  ['checks beside one another', { concurrent: true }, expect.stringMatching(/beside one another/)],
  ['no time-out', { testTimeoutMs: 0 }, 'testTimeout unlimited is not inside the cycle’s 2m'],
  [
    'a time-out as long as the cycle',
    { hookTimeoutMs: 120_000 },
    'hookTimeout 2m is not inside the cycle’s 2m',
  ],
])('H13 names %s', ([, settings, fault]) => {
  expect(settingFaults(facts({}, settings), context())).toEqual([fault]);
});

test('H13 names a cycle that is longer than the interval', () => {
  expect(settingFaults(facts(), context({ timeoutMs: 300_000 }))).toEqual([
    expect.stringMatching(/cycle.* 5m .*not inside .*interval 5m/),
  ]);
});

test('H13 looks at a reports folder that is there', () => {
  const reports = mkdtempSync(path.join(os.tmpdir(), 'vigil-reports-'));
  onTestFinished(() => rmSync(reports, { recursive: true }));
  expect(settingFaults(facts(), context({ reports }))).toEqual([]);
});
