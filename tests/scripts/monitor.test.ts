import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGenesis } from '../../fixtures/genesis/start.ts';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { catalogue } from '../../health-tests/catalogue.ts';
import { parseExposition } from '../../src/clients/exposition/parse.ts';
import { sumOf } from '../../src/clients/exposition/query.ts';
import { parseJUnit } from '../../src/suite/junit/parse.ts';
import { crowded, operationsToJudge, patience, soonJudged } from './crowded.ts';
import { emptyFolder, vigil, vigilProcess } from './vigil.ts';

const config = (value: object) => ({ 'vigil.config.json': JSON.stringify(value) });
/** A whole cycle on a machine that others use too. */
const skipped = ['C01', 'C02', 'C03', 'C13'];
const ids = (document: { checks: { id: string; outcome: string }[] }, outcome: string) =>
  document.checks.filter((check) => check.outcome === outcome).map(({ id }) => id);

test('one cycle on the embedded target passes and leaves every output', async () => {
  const cwd = emptyFolder(config({ thresholds: crowded }));
  const { code, stdout, stderr } = await vigilProcess(['monitor', '--json'], { cwd });
  const document = JSON.parse(stdout);
  expect({ code, fail: ids(document, 'fail'), unknown: ids(document, 'unknown') }).toEqual({
    code: 0,
    fail: [],
    unknown: [],
  });
  expect(stderr).toBe('');
  expect(ids(document, 'skipped')).toEqual(skipped);
  expect(document.signals).toMatchObject({ passed: 32, skipped: 4, passRate: 1, coverage: 32 / 36 });

  const reports = path.join(cwd, 'reports');
  const text = (name: string) => readFileSync(path.join(reports, name), 'utf8');
  const junit = parseJUnit(readFileSync(path.join(reports, 'health_test_results.xml')));
  expect(junit.cases.filter(({ outcome }) => outcome === 'passed')).toHaveLength(32);
  expect(junit.cases.find(({ name }) => name.startsWith('H11'))?.properties[0]?.value).toMatch(
    /^median latency .* ms/,
  );
  expect(readdirSync(path.join(reports, 'junit'))).toHaveLength(1);

  const [snapshot, ...more] = JSON.parse(text('metrics_snapshot.json'));
  expect(more).toEqual([]);
  // What `jq '.[-10:] | .[] | {timestamp, cpu_percent, memory_percent}'` shows.
  expect(snapshot).toMatchObject({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    cpu_percent: expect.any(Number),
    memory_percent: expect.any(Number),
    verdict: 'pass',
    pass_rate: 1,
    checks: { passed: 32, failed: 0, unknown: 0, skipped: 4 },
    live: { operations: expect.any(Number) },
  });
  expect(snapshot.cpu_percent).toBeLessThanOrEqual(100);
  expect(JSON.parse(text('alerts_triggered.json'))).toEqual(document.alerts);
  const metrics = parseExposition(text('metrics.prom'));
  expect(sumOf(metrics, 'genesis_test_pass_rate')).toBe(1);
  expect(sumOf(metrics, 'genesis_tests_passed_total')).toBe(32);
  expect(text('logs/continuous_monitoring.log')).toMatch(/^\S+ PASS passed=32 failed=0 unknown=0 skipped=4 /);
  const lines = text('logs/health_check.log').trim().split('\n');
  expect(lines.map((line) => line.split(' ')[2])).toEqual(catalogue.map(({ id }) => id));
  expect(lines.filter((line) => line.includes(' PASS ') && !/\(must be .*\)/.test(line))).toEqual([]);
});

test('under 300 ms more latency exactly H11, S02 and C07 fail, each with its number', async () => {
  const genesis = await startGenesis({ faults: true, warmupOperations: operationsToJudge });
  onTestFinished(() => genesis.stop());
  await genesis.warmed;
  const cwd = emptyFolder(
    config({
      target: {
        orchestration: genesis.orchestration,
        planner: genesis.planner,
        logs: genesis.logs,
        release: { manifest: genesis.manifest },
        flags: { key: genesis.flagKey },
        breaker: true,
        smoke: { ...genesis.smokeCommand, junit: '-' },
      },
      thresholds: { ...patience, ...soonJudged, latencyP95: { rollback: { value: 4 } } },
    }),
  );
  const put = await fetch(`${genesis.orchestration}/faults/latency`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"ms":300}',
  });
  expect(put.status).toBe(200);
  const { code, stdout } = await vigil(['monitor', '--json'], { cwd });
  const document = JSON.parse(stdout);
  expect(ids(document, 'fail')).toEqual(['H11', 'S02', 'C07']);
  expect(code).toBe(1);
  for (const { id, reason, measurements } of document.checks.filter(
    (check: { outcome: string }) => check.outcome === 'fail',
  )) {
    expect(reason, id).toMatch(/latency [\d.]+ (ms|s) \(must be < 200 ms, n = \d+/);
    expect(measurements[0].value, id).toBeGreaterThan(0.25);
    expect(document.alerts).toContainEqual(
      expect.objectContaining({ check: id, value: measurements[0].value }),
    );
  }
});

test('a target that is down fails with the URL and what happened to it', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const cwd = emptyFolder(config({ target: { orchestration: url, planner: url } }));
  const { code, stdout, stderr } = await vigil(['monitor'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toBe('');
  const flat = stdout.replace(/\s+/g, ' ');
  expect(flat).toContain(`${url}/health: connection refused`);
  expect(flat).toContain('First (P0): orchestration does not answer');
  expect(stdout).toMatch(/^FAIL/m);
  const [snapshot] = JSON.parse(readFileSync(path.join(cwd, 'reports/metrics_snapshot.json'), 'utf8'));
  expect(snapshot).toMatchObject({ verdict: 'fail', live: null, error_ratio: null });
  expect(snapshot.failing).toEqual(expect.arrayContaining(['H01', 'H06', 'H11', 'S02', 'S03', 'M01', 'C10']));
});

test('only a part of the suite is inconclusive, though that part passed', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const cwd = emptyFolder(config({ target: { orchestration: url }, suite: { args: ['-t', 'H03'] } }));
  const { code, stdout } = await vigil(['monitor', '--json'], { cwd });
  const document = JSON.parse(stdout);
  expect(ids(document, 'pass')).toEqual(['H03']);
  expect(ids(document, 'unknown')).toHaveLength(35);
  expect(code).toBe(2);
  expect(existsSync(path.join(cwd, 'reports/metrics.prom'))).toBe(true);
});
