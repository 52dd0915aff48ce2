import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { reportOf, watchedFolder } from './cycles-of.ts';

test.for([
  ['Catch2, whose tests counts assertions', 'field/catch2-tests-counts-assertions.xml'],
  ['pytest 9, whose tests counts subtests', 'field/pytest9-subtests.xml'],
  ['googletest, whose fast cases take no time', 'field/gtest-time-zero.xml'],
] as const)('a green report of %s passes', async ([, name]) => {
  const { cycle } = await watchedFolder();
  const { code, problems } = await cycle(reportOf(name));
  expect([code, problems]).toEqual([0, []]);
});

test('an element that nobody knows is not taken for success', async () => {
  const { cycle } = await watchedFolder();
  const { code, checks, reasonOf } = await cycle(reportOf('field/warning-element.xml'));
  expect([code, checks]).toEqual([2, ['ShopTest › testFront pass', 'ShopTest › testOrders unknown']]);
  expect(reasonOf('ShopTest › testOrders')).toContain('<warning>: no data came from the provider');
});

test('a run that is contradicted teaches no new checks', async () => {
  const { cycle } = await watchedFolder();
  const healthy = reportOf('field/healthy-run.xml');
  expect((await cycle(healthy)).code).toBe(0);
  expect((await cycle(reportOf('field/killed-run-with-debris.xml'), 1)).code).toBe(2);
  const after = await cycle(healthy);
  expect([after.code, after.checks.length]).toEqual([0, 2]);
});

test('a run that wrote nothing is told as such for each check', async () => {
  const { cycle } = await watchedFolder();
  await cycle(reportOf('field/healthy-run.xml'));
  const { reasonOf, problems } = await cycle('', 137);
  expect(problems[0]).toContain('0 bytes');
  expect(reasonOf('s › c › A')).toBe('the report is empty (0 bytes); an earlier cycle had it');
});

test('what a tool prints before its report costs nothing', async () => {
  const { cycle } = await watchedFolder({ command: ['sh', '-c', 'cat now.xml'], junit: '-' });
  const { code, problems } = await cycle(reportOf('field/noise-before-xml.txt'));
  expect([code, problems]).toEqual([0, []]);
});

test.for([
  [
    'trx',
    reportOf('field/not-junit-trx.xml'),
    /a Visual Studio test result \(TestRun\), not JUnit.*trx2junit/,
  ],
  ['NUnit', '<test-run id="2" testcasecount="1"/>', /an NUnit 3 result/],
  ['xUnit.net', '<assemblies/>', /an xUnit.net result/],
  ['TAP', 'TAP version 13\n1..1\nok 1 - adds\n', /this is TAP, not JUnit/],
  ['Cucumber', '[{"keyword":"Feature","elements":[]}]', /a Cucumber report/],
  ['CTRF', '{"results":{"tool":{"name":"x"},"tests":[]}}', /a CTRF report/],
] as const)('%s is named, with what makes JUnit of it', async ([, report, says]) => {
  const { cycle } = await watchedFolder();
  const { code, problems } = await cycle(report);
  expect(code).toBe(2);
  expect(problems.join()).toMatch(says);
});

test('a catalogue that is not there yet can be written after a cycle', async () => {
  const { cwd, cycle, run } = await watchedFolder({ catalogue: 'checks.json' });
  const healthy = reportOf('field/healthy-run.xml');
  const first = await cycle(healthy);
  expect([first.code, first.problems]).toEqual([
    2,
    [expect.stringContaining('vigil checks --write makes it')],
  ]);
  expect((await run('checks', '--write')).code).toBe(0);
  const second = await cycle(healthy);
  expect([second.code, second.cycle.completeness]).toEqual([0, 'declared']);
  writeFileSync(path.join(cwd, 'checks.json'), '{');
  expect((await cycle(healthy)).code).toBe(2);
});

test('a skip that is meant leaves the cycle green', async () => {
  const report =
    '<testsuite name="s"><testcase name="a"/><testcase name="b"><skipped message="not on arm64"/></testcase></testsuite>';
  const strict = await watchedFolder();
  expect((await strict.cycle(report)).code).toBe(2);
  const lenient = await watchedFolder({ skips: [{ match: 'not on arm64', reason: 'we watch from arm64' }] });
  const { code, checks } = await lenient.cycle(report);
  expect([code, checks]).toEqual([0, ['s › a pass', 's › b skipped']]);
});
