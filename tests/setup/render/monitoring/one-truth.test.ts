import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { monitoringFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { vigilHere } from '../../../support/vigil-here.ts';
import { settingsFor } from './rendered.ts';

const standard = await monitoringFiles(settingsFor());

/** The files that a configuration changes. */
async function changedBy(config: VigilConfigInput): Promise<string[]> {
  const changed = new Map(
    (await monitoringFiles(settingsFor(config))).map(({ path: file, text }) => [file, text]),
  );
  return standard.filter(({ path: file, text }) => changed.get(file) !== text).map(({ path: file }) => file);
}

const dashboard = 'grafana/dashboards/genesis-48h.json';
const rule = 'kubernetes/prometheus-operator/prometheus-rule.yaml';
const configs = [
  'vigil.config.json',
  'kubernetes/statefulset/config-map.yaml',
  'kubernetes/cronjob/config-map.yaml',
];
/** They say by a hash which configuration they are for. */
const pods = ['kubernetes/statefulset/stateful-set.yaml', 'kubernetes/cronjob/cron-job.yaml'];

test('a limit stands in rules, dashboard and every Vigil’s configuration, and nowhere as it was', async () => {
  const limit = { thresholds: { htdagMean: { warning: { value: 0.1234 } } } };
  expect((await changedBy(limit)).sort()).toEqual(
    ['alerts.yml', dashboard, rule, ...configs, ...pods].sort(),
  );
  const files = await monitoringFiles(settingsFor(limit));
  for (const name of ['alerts.yml', dashboard, rule, ...configs])
    expect.soft(files.find(({ path: file }) => file === name)?.text).toContain('0.1234');
  // No other limit is 150 ms, so none may be left.
  const left = files.filter(({ text }) => /\b0\.15\b|\b150 ms/.test(text)).map(({ path: file }) => file);
  expect(left).toEqual([]);
});

test('every limit of the table that a rule has reaches the rules', async () => {
  const limits = [
    { passRate: { critical: { value: 0.8 } } },
    { passRate: { warning: { value: 0.8 } } },
    { errorRatio: { critical: { value: 0.3 } } },
    { errorRatio: { slo: { value: 0.3 } } },
    { latencyP95: { critical: { value: 0.8 } } },
    { uptime: { critical: { value: 1, forSeconds: 77 } } },
    { memoryUsed: { warning: { value: 0.5 } } },
    { cpuUsed: { warning: { value: 0.5 } } },
    { diskUsed: { warning: { value: 0.5 } } },
    { htdagMean: { warning: { value: 0.5 } } },
    { haloMean: { warning: { value: 0.5 } } },
    { aopMean: { warning: { value: 0.5 } } },
    { throughput: { warning: { value: 0.5 } } },
  ] as const;
  for (const thresholds of limits) {
    const changed = await changedBy({ thresholds });
    expect.soft(changed, JSON.stringify(thresholds)).toEqual(expect.arrayContaining(['alerts.yml', rule]));
  }
});

test.each([
  ['the prefix of the metrics', { metricsPrefix: 'shop' }, ['alerts.yml', dashboard, rule, ...configs]],
  ['the live window', { liveWindow: '7m' }, ['alerts.yml', dashboard, rule, ...configs]],
  ['the intervals', { sampleInterval: '5s' }, ['prometheus.yml', 'vigil.config.json']],
  ['the cycle', { interval: '10m' }, ['vigil.service', 'kubernetes/cronjob/cron-job.yaml', ...configs]],
  [
    'the time scale',
    { monitoring: { timeScale: 0.5 } },
    ['alerts.yml', 'alertmanager.yml', rule, ...configs],
  ],
  [
    'an address',
    { monitoring: { orchestration: 'http://10.0.0.1:8000' } },
    ['prometheus.yml', 'vigil.config.json'],
  ],
] satisfies [string, VigilConfigInput, string[]][])(
  '%s reaches every file that depends on it',
  async (_, config, files) => {
    expect(await changedBy(config)).toEqual(expect.arrayContaining(files));
  },
);

test('vigil render --out writes the same files for a configuration, and says with --check when they are stale', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-out-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config: VigilConfigInput = { metricsPrefix: 'shop' };
  writeFileSync(path.join(folder, 'shop.config.json'), JSON.stringify(config));
  const render = (...args: string[]) =>
    vigilHere(['render', '--config', 'shop.config.json', '--out', 'stack', ...args], folder);
  expect((await render('--check')).code).toBe(1);
  expect((await render()).code).toBe(0);
  const expected = await monitoringFiles(settingsFor(config));
  const there = readdirSync(path.join(folder, 'stack'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  expect(there).toHaveLength(expected.length);
  for (const { path: file, text } of expected)
    expect.soft(readFileSync(path.join(folder, 'stack', file), 'utf8'), file).toBe(text);
  expect((await render('--check')).code).toBe(0);
});
