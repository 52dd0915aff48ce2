import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reportOf, watchedFolder } from './cycles-of.ts';

const basket = 'basket.spec.ts › basket keeps its items';
const pay = 'basket.spec.ts › pay button is there';

test('a case in two browsers is two checks, and a browser that no longer runs is missing', async () => {
  const { cycle } = await watchedFolder();
  const both = await cycle(reportOf('field/playwright-two-browsers.xml'), 1);
  expect(both.checks).toEqual([
    `chromium › ${basket} fail`,
    `chromium › ${pay} pass`,
    `firefox › ${basket} pass`,
    `firefox › ${pay} pass`,
  ]);
  expect(both.cycle.alerts.map(({ check, summary }) => [check, summary])).toContainEqual([
    `chromium › ${basket}`,
    `chromium › ${basket}: expected 2 items, got 0`,
  ]);
  const one = await cycle(reportOf('field/playwright-one-browser-gone.xml'));
  expect(one.checks).toEqual([
    `chromium › ${basket} pass`,
    `chromium › ${pay} pass`,
    `firefox › ${basket} unknown`,
    `firefox › ${pay} unknown`,
  ]);
  expect(one.code).toBe(2);
  expect(one.reasonOf(`firefox › ${pay}`)).toMatch(/^missing/);
});

test('of two checks of one class and name each has its own history', async () => {
  const { cycle } = await watchedFolder();
  const report = reportOf('field/same-id-pass-and-fail.xml');
  const [chromium, firefox] = ['chromium › a.spec.ts › third', 'firefox › a.spec.ts › third'];
  expect((await cycle(report, 1)).checks).toEqual([`${chromium} fail`, `${firefox} pass`]);
  const again = await cycle(report, 1);
  expect(again.cycle.checks.map(({ id, failingSince }) => [id, failingSince?.cycles])).toEqual([
    [chromium, 2],
    [firefox, undefined],
  ]);
});

test('a file that node:test no longer runs is missing, in whatever order the others ran', async () => {
  const command = [process.execPath, '--test', '--test-reporter=junit', '--test-concurrency=1'];
  const { cwd, cycle } = await watchedFolder({ command, junit: '-' });
  const suites = fileURLToPath(new URL('../../fixtures/suites/node-test', import.meta.url));
  cpSync(suites, cwd, { recursive: true });
  const all = await cycle('');
  expect(all.checks).toEqual([
    'first.test.mjs › checkout › answers pass',
    'first.test.mjs › checkout › greets pass',
    'first.test.mjs › search › answers pass',
    'second.test.mjs › checkout › answers pass',
  ]);
  expect(all.code).toBe(0);
  rmSync(path.join(cwd, 'second.test.mjs'));
  const less = await cycle('');
  expect(less.checks.at(-1)).toBe('second.test.mjs › checkout › answers unknown');
  expect(less.code).toBe(2);
});

test('the second of one title is a check of its own, which may be missing', async () => {
  const { cycle } = await watchedFolder();
  const entry = '<testcase classname="c" name="adds" time="0.1"/>';
  const report = (count: number) => `<testsuite name="s">${entry.repeat(count)}</testsuite>`;
  const twice = await cycle(report(2));
  expect([twice.code, twice.checks, twice.problems]).toEqual([
    0,
    ['s › c › adds #2 pass', 's › c › adds pass'],
    [],
  ]);
  expect((await cycle(report(1))).checks).toEqual(['s › c › adds #2 unknown', 's › c › adds pass']);
});

const quarantine = (check: string) => ({
  quarantine: [{ check, owner: 'lena', until: '2099-01-01', reason: 'is rebuilt' }],
});

test('a name from before stays valid while it names one check, else the command ends with the candidates', async () => {
  const { cycle, configure, run } = await watchedFolder({}, quarantine(pay));
  const first = await cycle(
    reportOf('field/playwright-one-browser-gone.xml')
      .replaceAll('failures="0"', 'failures="1"')
      .replace(/<testcase name="pay .*?>/, '$&<failure message="no button"/>'),
    1,
  );
  expect(first.cycle.checks.find(({ id }) => id === `chromium › ${pay}`)?.quarantined?.owner).toBe('lena');
  expect(first.problems).toEqual([]);
  // In the cycle in which a second browser appears nothing is excused any more, and the next start is refused.
  const both = await cycle(reportOf('field/playwright-two-browsers.xml'), 1);
  expect(both.problems.join()).toContain(
    `quarantine: “${pay}” names 2 checks: “chromium › ${pay}”, “firefox › ${pay}”`,
  );
  const refused = await run('monitor');
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain(`“chromium › ${pay}”, “firefox › ${pay}”`);
  expect(refused.stderr).toContain('quarantine[0].check');
  const forgotten = await run('checks', '--forget', pay);
  expect([forgotten.code, forgotten.stderr]).toEqual([64, expect.stringContaining(`“firefox › ${pay}”`)]);
  configure(quarantine(`firefox › ${pay}`));
  expect((await cycle(reportOf('field/playwright-two-browsers.xml'), 1)).problems).toEqual([]);
  expect((await run('checks', '--forget', `firefox › ${pay}`)).code).toBe(0);
});

test('a catalogue of names from before holds, and doubts one that names several checks', async () => {
  const { cwd, cycle, run } = await watchedFolder({ catalogue: 'checks.json' });
  const listed = (ids: string[]) => {
    const checks = ids.map((id) => ({ id, title: id, group: 'g' }));
    writeFileSync(path.join(cwd, 'checks.json'), JSON.stringify({ version: 1, checks }));
  };
  listed([basket, pay]);
  const one = await cycle(reportOf('field/playwright-one-browser-gone.xml'));
  expect([one.code, one.problems, one.checks.length]).toEqual([0, [], 2]);
  const both = await cycle(reportOf('field/playwright-two-browsers.xml'), 1);
  expect(both.problems.join()).toContain(`suite.catalogue: “${basket}” names 2 checks`);
  expect((await run('monitor')).code).toBe(64);
});
