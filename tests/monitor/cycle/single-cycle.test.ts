import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { historyFile, openHistory } from '../../../src/history/index.ts';
import { readSnapshots } from '../../../src/history/snapshot-file.ts';
import type { CycleRecord } from '../../../src/monitor/cycle/cycle-record.ts';
import { keepCycle } from '../../../src/monitor/cycle/single-cycle.ts';
import { passed, record } from '../../views/summary/record.ts';

function reports(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'vigil-cycle-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return path.join(made, 'reports');
}
const keep = (one: CycleRecord, folder: string) =>
  keepCycle(one, { reports: folder, metricsPrefix: 'genesis', retention: 86_400_000 * 365 * 9 });
const kept = (one: CycleRecord, folder: string) => keep(one, folder).written;
const junitXml = Buffer.from('<testsuites/>');
const at = (iso: string) => ({ startedAt: new Date(iso), junitXml });

test('a cycle leaves every output, and the reports folder is made for it', () => {
  const folder = reports();
  const { files, warnings } = kept(record([passed('H01')], { junitXml }), folder);
  expect(warnings).toEqual([]);
  expect(files.map((file) => path.relative(folder, file))).toEqual([
    'health_test_results.xml',
    'metrics_snapshot.json',
    'alerts_triggered.json',
    'metrics.prom',
    'logs/continuous_monitoring.log',
    'logs/health_check.log',
  ]);
  expect(files.filter((file) => !fs.existsSync(file))).toEqual([]);
});

test('a cycle on demand records which instances of services are up, as a loop does', () => {
  const folder = reports();
  const labels = { job: 'api', service: 'api', instance: '10.0.0.1:8080' };
  const startedAt = new Date();
  keep(record([passed('H01')], { startedAt, instances: [{ labels, isUp: false }] }), folder);
  const history = openHistory({ file: historyFile(folder) });
  onTestFinished(() => history.close());
  const found = history.series('up', [], startedAt.getTime(), Date.now() + 60_000);
  expect(found).toMatchObject([{ labels, points: [{ value: 0 }] }]);
});

test('a report of the cycle before doesn’t outlive a cycle without one', () => {
  const folder = reports();
  keep(record([passed('H01')], at('2026-01-01T00:00:00Z')), folder);
  keep(record([], { id: 'c2', startedAt: new Date('2026-01-01T00:05:00Z') }), folder);
  expect(fs.existsSync(path.join(folder, 'health_test_results.xml'))).toBe(false);
  expect(fs.readdirSync(path.join(folder, 'junit'))).toEqual(['2026-01-01T00-00-00.000Z.xml']);
  expect(readSnapshots(folder).map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive']);
});

test('of the reports of past cycles the newest 1,000 are kept', () => {
  const folder = reports();
  fs.mkdirSync(path.join(folder, 'junit'), { recursive: true });
  for (let index = 0; index < 1001; index += 1) {
    fs.writeFileSync(path.join(folder, 'junit', `2025-${String(index).padStart(4, '0')}.xml`), '');
  }
  keep(record([passed('H01')], at('2026-01-01T00:00:00Z')), folder);
  const kept = fs.readdirSync(path.join(folder, 'junit')).sort();
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([
    1000,
    '2025-0002.xml',
    '2026-01-01T00-00-00.000Z.xml',
  ]);
});

test('one output that can’t be written costs none of the others, and is told', () => {
  const folder = reports();
  fs.mkdirSync(path.join(folder, 'metrics.prom', 'inside'), { recursive: true });
  const { files, warnings } = kept(record([passed('H01')], { junitXml }), folder);
  expect(warnings).toEqual([expect.stringMatching(/^metrics could not be written: /)]);
  expect(files).toHaveLength(5);
});

test('a cycle that can’t be recorded passes nothing, and fails when its checks do', () => {
  const folder = reports();
  fs.writeFileSync(folder, 'no folder');
  const { record: passing, written } = keep(record([passed('H01')], { junitXml }), folder);
  expect(written).toEqual({
    files: [],
    warnings: ['JUnit', 'metrics', 'cycle log', 'check log'].map((what) =>
      expect.stringMatching(new RegExp(`^${what} could not be written: `)),
    ),
  });
  expect(passing).toMatchObject({
    verdict: 'inconclusive',
    problems: [expect.stringMatching(/^the cycle could not be recorded: /)],
  });
  expect(fs.readFileSync(folder, 'utf8')).toBe('no folder');
  expect(keep(record([passed('H01', { outcome: 'fail' })]), folder).record.verdict).toBe('fail');
});

test('a log has one line per cycle and one per check, whatever others put in their texts', () => {
  const folder = reports();
  const hostile = 'x\n2026-01-01T00:00:00.000Z PASS passed=36 failed=0\u001b[0m';
  const fail = passed('H02', { outcome: 'fail', reason: hostile });
  keep(record([passed('H01'), fail], { problems: [hostile] }), folder);
  const lines = (name: string) =>
    fs
      .readFileSync(path.join(folder, 'logs', name), 'utf8')
      .trim()
      .split('\n');
  expect(lines('continuous_monitoring.log')).toEqual([
    expect.stringMatching(
      /^\S+ FAIL passed=1 failed=1 unknown=0 skipped=0 duration=7\.0s cycle=c1 failing=H02 problems=/,
    ),
  ]);
  expect(lines('health_check.log')).toEqual([
    '2026-01-01T00:00:00.000Z PASS H01 counts: count 1 (must be < 10)',
    expect.stringMatching(/^2026-01-01T00:00:00\.000Z FAIL H02 counts: x 2026/),
  ]);
});

test('processes that record into one folder at the same time lose nothing of each other', async () => {
  const folder = reports();
  const child = fileURLToPath(new URL('./recording-child.ts', import.meta.url));
  const names = ['a', 'b', 'c'];
  await Promise.all(names.map((name) => execa(process.execPath, [child, folder, name, '12'])));
  const cycles = readSnapshots(folder).map(({ cycle }) => cycle);
  expect(new Set(cycles).size).toBe(36);
  expect(cycles).toHaveLength(36);
  expect(fs.readFileSync(path.join(folder, 'metrics.prom'), 'utf8')).toContain(
    'genesis_tests_total{deployment="genesis"} 36\n',
  );
  const alerts = JSON.parse(fs.readFileSync(path.join(folder, 'alerts_triggered.json'), 'utf8'));
  expect(alerts).toEqual([]);
});

test('counters go on over the cycles, whatever stands in the file', () => {
  const folder = reports();
  const mixed = [passed('H01'), passed('H02', { outcome: 'fail' }), passed('H03', { outcome: 'skipped' })];
  const counters = () =>
    [
      ...fs
        .readFileSync(path.join(folder, 'metrics.prom'), 'utf8')
        .matchAll(/^genesis_tests_(\w*?)_?total\{.*\} (\d+)$/gm),
    ]
      .map(([, name, count]) => `${name} ${count}`)
      .sort();
  for (const [index, content] of ['', '{"no": "metrics"}', 'genesis_tests_total NaN\n'].entries()) {
    keep(record(mixed, { id: `c${index}` }), folder);
    fs.writeFileSync(path.join(folder, 'metrics.prom'), content);
  }
  keep(record(mixed, { id: 'c3' }), folder);
  expect(counters()).toEqual([' 8', 'failed 4', 'passed 4', 'skipped 4']);
});

test('a history that has cycles and was never asked to count begins with what they add up to', () => {
  const folder = reports();
  keep(record([passed('H01')], { id: 'before' }), folder);
  const db = new DatabaseSync(path.join(folder, 'vigil.sqlite'));
  db.exec("DELETE FROM state WHERE key = 'test totals'");
  db.close();
  keep(record([passed('H01')], { id: 'after' }), folder);
  expect(fs.readFileSync(path.join(folder, 'metrics.prom'), 'utf8')).toContain(
    'genesis_tests_total{deployment="genesis"} 2\n',
  );
});
