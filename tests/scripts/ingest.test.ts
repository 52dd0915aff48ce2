import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { reportOf } from './cycles-of.ts';
import { emptyFolder, vigil } from './vigil.ts';

/** A folder with reports that some CI made; nothing is watched and nothing is run. */
function ingesting(config: object = {}) {
  const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config) });
  const ingest = async (report: string, ...args: string[]) => {
    writeFileSync(path.join(cwd, 'results.xml'), report);
    const { code, stdout, stderr } = await vigil(['ingest', 'results.xml', '--json', ...args], { cwd });
    const cycle = stdout === '' ? undefined : JSON.parse(stdout);
    const checks: string[] = (cycle?.checks ?? []).map(
      ({ id, outcome }: { id: string; outcome: string }) => `${id} ${outcome}`,
    );
    return { code, cycle, checks, stderr };
  };
  const read = (name: string) => readFileSync(path.join(cwd, 'reports', name), 'utf8');
  return { cwd, ingest, read };
}

test('a report alone becomes a cycle: outcomes, metrics, alerts and history', async () => {
  const { ingest, read } = ingesting();
  const red = await ingest(reportOf('field/playwright-two-browsers.xml'), '--suite', 'smoke');
  expect([red.code, red.cycle.verdict, red.cycle.problems]).toEqual([1, 'fail', []]);
  expect(red.checks[0]).toBe('smoke › chromium › basket.spec.ts › basket keeps its items fail');
  expect(read('metrics.prom')).toContain(
    'check="smoke › chromium › basket.spec.ts › basket keeps its items"',
  );
  expect(JSON.parse(read('metrics_snapshot.json'))).toMatchObject([{ verdict: 'fail' }]);
  expect(JSON.parse(read('alerts_triggered.json'))[0]).toMatchObject({
    check: red.checks[0]?.replace(/ fail$/, ''),
  });
  expect(read('health_test_results.xml')).toContain('<testsuites');
});

test('checks that an earlier report of the suite had are missing, those of another suite are not', async () => {
  const { ingest } = ingesting();
  const healthy = reportOf('field/healthy-run.xml');
  expect((await ingest(healthy, '--suite', 'smoke')).code).toBe(0);
  expect((await ingest(reportOf('field/gtest-time-zero.xml'), '--suite', 'unit')).code).toBe(0);
  const less = await ingest(
    '<testsuite name="s"><testcase name="A" classname="c"/></testsuite>',
    '--suite',
    'smoke',
  );
  expect([less.code, less.checks]).toEqual([2, ['smoke › s › c › A pass', 'smoke › s › c › B unknown']]);
});

test('a report that is none is inconclusive, one that is not there a mistake', async () => {
  const { cwd, ingest } = ingesting();
  expect((await ingest('<testsuites><testsuite')).code).toBe(2);
  const missing = await vigil(['ingest', 'no.xml'], { cwd });
  expect([missing.code, missing.stderr]).toEqual([64, expect.stringContaining('there is no report')]);
  expect((await vigil(['ingest'], { cwd })).code).toBe(64);
  expect(existsSync(path.join(cwd, 'reports/vigil.sqlite'))).toBe(true);
});
