// @module-tag prometheus
// @module-tag promtool

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, type ServerProcess, spawnServer } from '../../fixtures/range/spawn-server.ts';
import { catalogue } from '../../health-tests/catalogue.ts';
import { evaluate } from '../../src/alerts/signals/algebra/evaluate.ts';
import { type NamedSignal, signalExpressions } from '../../src/alerts/signals/algebra/named.ts';
import { toPromQL } from '../../src/alerts/signals/algebra/promql.ts';
import { queryInstant, queryRange } from '../../src/clients/prometheus.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { openHistory, openHistoryReader } from '../../src/history/open-history.ts';
import { monitoringFiles } from '../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsOf } from '../../src/setup/render/monitoring/settings.ts';
import { vigil } from '../scripts/vigil.ts';
import { episodes, lengthMin, minuteMs, recordTwoDays } from './two-days.ts';

const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-two-days-'));
const file = (...names: string[]) => path.join(folder, ...names);
const startMs = Date.UTC(2026, 0, 1);
const endMs = startMs + lengthMin * minuteMs;
const stepMs = 5 * minuteMs;
let prometheus: ServerProcess;

interface Panel {
  type: string;
  title: string;
  targets?: { expr: string; instant?: boolean; format?: string }[];
}
let panels: Panel[];

beforeAll(async () => {
  const history = openHistory({ file: file('reports', 'vigil.sqlite'), now: () => new Date(endMs) });
  recordTwoDays(history, startMs);
  history.close();
  const exported = await vigil(['export', '--reports', file('reports'), '--out', file('history.om')], {
    cwd: folder,
  });
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file('history.om'), file('data')]);
  writeFileSync(file('prometheus.yml'), 'global: { scrape_interval: 1h }\n');
  const url = `http://127.0.0.1:${await freePort()}`;
  prometheus = await spawnServer(
    'prometheus',
    [
      `--config.file=${file('prometheus.yml')}`,
      `--storage.tsdb.path=${file('data')}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${new URL(url).host}`,
      '--log.level=error',
    ],
    url,
  );
  const settings = settingsOf(validateConfig({}, 'a test'));
  const rendered = await monitoringFiles(settings);
  const dashboard = rendered.find((one) => one.path.endsWith('.json') && one.path.includes('dashboards'));
  // As Grafana does it with the variables of the dashboard, where every job is chosen.
  const chosen = (dashboard?.text ?? '{}').replaceAll('$deployment', settings.deployment);
  panels = JSON.parse(chosen.replaceAll('$job', '.*')).panels;
});
afterAll(async () => {
  await prometheus?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const overTime = (expr: string) => queryRange(prometheus.url, expr, { fromMs: startMs, toMs: endMs, stepMs });
const atMinute = async (expr: string, min: number) =>
  (await queryInstant(prometheus.url, expr, startMs + min * minuteMs))[0]?.value;

describe('48 hours of a history, back-filled into Prometheus', () => {
  test('the export is OpenMetrics to its last line, and a range of it is what was asked for', async () => {
    expect(readFileSync(file('history.om'), 'utf8').endsWith('# EOF\n')).toBe(true);
    const hour = new Date(startMs + 60 * minuteMs).toISOString();
    const part = await vigil(['export', '--reports', file('reports'), '--until', hour], { cwd: folder });
    expect(part.stdout.match(/^genesis_operations_total\{/gm)).toHaveLength(61);
    expect(part.stdout.endsWith('# EOF\n')).toBe(true);
    const wrong = await vigil(['export', '--reports', file('reports'), '--since', 'yesterday'], {
      cwd: folder,
    });
    expect(wrong.code).toBe(64);
  });

  test('the dashboard has its 13 panels, and every query of them returns data of its panel’s shape', async () => {
    expect(panels).toHaveLength(13);
    const slots = lengthMin / 5 + 1;
    for (const { type, title, targets = [] } of panels) {
      expect(targets.length, title).toBeGreaterThan(type === 'alertlist' ? -1 : 0);
      for (const { expr, instant } of targets) {
        const where = `${title}: ${expr}`;
        if (type === 'stat') {
          expect(instant, where).toBe(true);
          const values = await queryInstant(prometheus.url, expr, endMs);
          expect(values, where).toHaveLength(1);
          expect(Number.isFinite(values[0]?.value), where).toBe(true);
        } else if (type === 'timeseries') {
          const series = await overTime(expr);
          expect(series, where).toHaveLength(1);
          const points = series[0]?.points ?? [];
          // A rate needs a second sample, so the first slot may be empty.
          expect(points.length, where).toBeGreaterThanOrEqual(slots - 1);
          expect(
            points.filter(({ value }) => !Number.isFinite(value)),
            where,
          ).toEqual([]);
        } else if (type === 'table') {
          const rows = await queryInstant(prometheus.url, expr, endMs);
          expect(rows.map(({ metric }) => metric.check).toSorted(), where).toEqual(
            catalogue.map(({ id }) => id).toSorted(),
          );
          expect(
            rows.filter(({ metric }) => !metric.group),
            where,
          ).toEqual([]);
        }
      }
    }
  });

  test('what happened in the two days is seen where it happened, and nowhere else', async () => {
    const expressionOf = (title: string) =>
      panels.find((panel) => panel.title === title)?.targets?.[0]?.expr ?? 'absent';
    const middle = (name: keyof typeof episodes) => (episodes[name][0] + episodes[name][1]) / 2;
    const [errors, health] = [expressionOf('Error Rate'), expressionOf('System Health')];
    expect(await atMinute(errors, middle('errors'))).toBeCloseTo(0.02, 6);
    expect(await atMinute(errors, middle('slow'))).toBe(0);
    const p95 = expressionOf('P95 Latency');
    expect(await atMinute(p95, middle('slow'))).toBeGreaterThan(0.2);
    expect(await atMinute(p95, middle('errors'))).toBeLessThan(0.2);
    expect(await atMinute(expressionOf('Test Pass Rate'), middle('failing'))).toBeCloseTo(35 / 36, 9);
    // Up and quiet is 2, an alert 1, down 0: the alerts come from the history's own journal.
    expect(await atMinute(health, 100)).toBe(2);
    expect(await atMinute(health, 620)).toBe(1);
    expect(await atMinute(health, 2402)).toBe(0);
    const firing = await overTime('ALERTS{alertname="HighErrorRate",alertstate="firing"}');
    const minutes = firing[0]?.points.map(({ timeMs }) => (timeMs - startMs) / minuteMs) ?? [];
    expect([Math.min(...minutes), Math.max(...minutes)]).toEqual([605, 640]);
  });

  test('every signal has the same value in Prometheus as in the history, burn rates with it', async () => {
    const reader = openHistoryReader({ file: file('reports', 'vigil.sqlite') });
    try {
      const expressions = signalExpressions();
      const moments = [90, 615, 640, 1215, 1830, 2402, 2870];
      const compared: string[] = [];
      for (const [name, expression] of Object.entries(expressions)) {
        if (name === 'checkFlips' || name === 'rollbackRequired') continue; // several values each
        for (const min of moments) {
          const own = evaluate(expressions[name as NamedSignal], reader, startMs + min * minuteMs);
          const theirs = await atMinute(toPromQL(expression), min);
          expect(theirs, `${name} at minute ${min}`).toBeCloseTo(own as number, 9);
          compared.push(name);
        }
      }
      expect(compared.length).toBeGreaterThan(15 * moments.length);
    } finally {
      reader.close();
    }
    const burn = (window: string) =>
      `sum(rate(genesis_errors_total{category!="validation"}[${window}])) / sum(rate(genesis_operations_total[${window}])) / 0.001`;
    // Half an hour of 2 % errors: 20 times the budget over 5 minutes; over 6 hours it is a twelfth of that.
    expect(await atMinute(burn('5m'), 628)).toBeCloseTo(20, 3);
    expect(await atMinute(burn('6h'), 632)).toBeCloseTo(20 / 12, 1);
  });
});
