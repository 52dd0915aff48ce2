import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { signalExpressions } from '../../../../src/alerts/signals/algebra/named.ts';
import { toPromQL } from '../../../../src/alerts/signals/algebra/promql.ts';
import { type SignalThresholds, thresholds } from '../../../../src/core/thresholds/thresholds.ts';
import {
  dashboard,
  grafanaFiles,
  triggersDashboard,
} from '../../../../src/setup/render/monitoring/grafana/grafana-files.ts';
import { thresholdSteps } from '../../../../src/setup/render/monitoring/grafana/thresholds.ts';
import { randomDeployment } from '../../../alerts/signals/algebra/random-series.ts';
import { prometheusWith, type RealPrometheus } from '../../../alerts/signals/algebra/real-prometheus.ts';
import { settingsFor } from './rendered.ts';

const settings = settingsFor();
const board: Dashboard = JSON.parse(JSON.stringify(dashboard(settings)));
const panels = (board.panels ?? []) as Panel[];
const second: Dashboard = JSON.parse(JSON.stringify(triggersDashboard(settings)));
const both = [...panels, ...((second.panels ?? []) as Panel[])];
const panel = (title: string) => panels.find((one) => one.title === title);
const queries = (of: Panel | undefined) =>
  (of?.targets ?? []) as unknown as { refId: string; expr: string; instant?: boolean }[];

test('there are the 13 panels, each with an id of its own, and nothing overlaps', () => {
  expect(panels.map(({ type, title }) => `${type} · ${title}`)).toEqual([
    'stat · Test Pass Rate',
    'stat · Error Rate',
    'stat · P95 Latency',
    'stat · System Health',
    'timeseries · Test Pass Rate Over Time',
    'timeseries · Error Rate Trend',
    'timeseries · Operation Latency Percentiles',
    'timeseries · System Resource Usage',
    'timeseries · HTDAG Performance',
    'timeseries · HALO Routing Performance',
    'timeseries · AOP Validation Performance',
    'table · Test Execution Details',
    'alertlist · Active Alerts',
  ]);
  expect(panels.map(({ id }) => id)).toEqual(panels.map((_, index) => index + 1));
  const cells = panels.flatMap(({ gridPos: { x = 0, y = 0, w = 0, h = 0 } = {} as never }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos }) => (gridPos?.x ?? 0) + (gridPos?.w ?? 0)))).toBe(24);
});

test('the dashboard has its title, uid, refresh and range, and cannot be saved over', () => {
  expect(board).toMatchObject({
    title: 'Genesis 48-Hour Post-Deployment Monitoring',
    uid: 'genesis-48h',
    refresh: '10s',
    time: { from: 'now-48h', to: 'now' },
    editable: false,
  });
  expect(board.annotations?.list?.map(({ name, enable }) => `${name} ${enable}`)).toEqual([
    'Deployments true',
    'Rollbacks true',
    'Service starts true',
    'Rollback required true',
  ]);
});

test('the second dashboard has throughput, budget burn, triggers and coverage', () => {
  expect(second).toMatchObject({ uid: 'genesis-48h-triggers', refresh: '10s', editable: false });
  expect((second.panels as Panel[]).map(({ type, title }) => `${type} · ${title}`)).toEqual([
    'timeseries · Throughput',
    'timeseries · Error Budget Burn',
    'stat · Rollback Triggers',
    'timeseries · Coverage',
  ]);
  const [throughput, burn, triggers] = second.panels as Panel[];
  const stepsOf = (one: Panel | undefined) =>
    one?.fieldConfig?.defaults.thresholds?.steps.map(({ value, color }) => `${value} ${color}`);
  expect(stepsOf(throughput)).toEqual(['null yellow', '4 green']);
  expect(stepsOf(burn)).toEqual(['null green', '6 yellow', '14.4 red']);
  expect(queries(burn)).toHaveLength(4);
  expect(JSON.stringify(triggers?.fieldConfig?.defaults.mappings)).toContain('roll back');
});

test('both dashboards link to the page, the runbook and each other, and share the crosshair', () => {
  const own = { monitoring: { probes: [{ url: 'https://vigil.example.com' }] } };
  for (const one of [dashboard(settingsFor(own)), triggersDashboard(settingsFor(own))]) {
    expect(one.graphTooltip).toBe(1);
    expect(one.links).toMatchObject([
      { title: 'Live page', url: 'https://vigil.example.com' },
      { title: 'Runbook', url: 'https://vigil.example.com/docs/incident-response.md' },
      { type: 'dashboards', tags: ['vigil'], includeVars: true, keepTime: true },
    ]);
  }
  for (const one of both) expect.soft(one.description, one.title).toMatch(/\w.*[.]$/);
});

test('every query goes to the datasource that is chosen, at first the one that is provisioned', () => {
  const files = new Map(grafanaFiles(settings).map(({ path: file, text }) => [file, text]));
  const { datasources } = parse(files.get('grafana/provisioning/datasources/vigil.yaml') ?? '');
  const [prometheus] = datasources as { uid: string; type: string; url: string; editable: boolean }[];
  expect(prometheus).toMatchObject({ uid: 'prometheus', url: 'http://127.0.0.1:9090', editable: false });
  for (const one of [board, second]) {
    expect(one.templating?.list?.[0]).toMatchObject({
      name: 'datasource',
      type: 'datasource',
      query: prometheus?.type,
      current: { value: prometheus?.uid },
    });
  }
  const used = both.flatMap(({ targets = [] }) =>
    targets.map((one) => (one as { datasource?: unknown }).datasource),
  );
  expect(used.length).toBeGreaterThan(15);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
  for (const source of used) expect(source).toEqual({ type: prometheus?.type, uid: '${datasource}' });
});

test('units, and no data that looks like a value', () => {
  const unit = (title: string) => panel(title)?.fieldConfig?.defaults.unit;
  expect(['Test Pass Rate', 'Error Rate', 'System Resource Usage'].map(unit)).toEqual(
    Array(3).fill('percentunit'),
  );
  expect(['P95 Latency', 'Operation Latency Percentiles', 'HTDAG Performance'].map(unit)).toEqual(
    Array(3).fill('s'),
  );
  for (const one of panels.slice(0, 12)) expect.soft(one.fieldConfig?.defaults.noValue).toBe('no data');
});

describe('colours', () => {
  const stepsOf = (title: string, of = board) =>
    (of.panels as Panel[])
      .find((one) => one.title === title)
      ?.fieldConfig?.defaults.thresholds?.steps.map(({ value, color }) => `${value} ${color}`);

  test('are those of the limits', () => {
    expect(stepsOf('Test Pass Rate')).toEqual(['null red', '0.98 yellow', '0.99 green']);
    expect(stepsOf('Error Rate')).toEqual(['null green', '0.001 yellow', '0.01 red']);
    expect(stepsOf('P95 Latency')).toEqual(['null green', '0.2 yellow', '0.5 red']);
    expect(stepsOf('System Health')).toEqual(['null red', '1 yellow', '2 green']);
    expect(stepsOf('HALO Routing Performance')).toEqual(['null green', '0.13 yellow']);
  });

  test('are those of its own limit where a series has one', () => {
    const [override] = panel('System Resource Usage')?.fieldConfig?.overrides ?? [];
    expect(override).toMatchObject({
      matcher: { options: 'fullest disk' },
      properties: [
        { id: 'thresholds', value: { steps: [{ color: 'green' }, { value: 0.9, color: 'yellow' }] } },
      ],
    });
  });

  test('change with the limits', () => {
    const changed = settingsFor({ thresholds: { latencyP95: { critical: { value: 0.3 } } } });
    expect(stepsOf('P95 Latency', dashboard(changed))).toEqual(['null green', '0.3 yellow', '0.5 red']);
  });

  test('are red at once where the only limit is critical, and green without a limit', () => {
    const uptime: SignalThresholds = thresholds.uptime;
    expect(thresholdSteps(uptime)).toEqual([
      { value: null, color: 'red' },
      { value: 1, color: 'green' },
    ]);
    expect(thresholdSteps({ title: 'a', unit: 'ratio' })).toEqual([{ value: null, color: 'green' }]);
  });
});

test('figures are those that the alerts are about', () => {
  const { passRate, errorRatio, latencyP95 } = signalExpressions(settings.naming);
  // Of the deployment that is chosen.
  const asked = (title: string) =>
    queries(panel(title))[0]
      ?.expr.replaceAll(/,?(deployment="\$deployment"|job=~"\$job")/g, '')
      .replaceAll('{}', '');
  expect(asked('Test Pass Rate')).toBe(toPromQL(passRate));
  expect(asked('Error Rate')).toBe(toPromQL(errorRatio));
  expect(asked('P95 Latency')).toBe(toPromQL(latencyP95));
  expect(queries(panel('Operation Latency Percentiles'))).toHaveLength(3);
});

describe('in a real Prometheus', { tags: ['prometheus', 'promtool'] }, () => {
  const fromMs = Date.UTC(2026, 0, 1);
  const toMs = fromMs + 30 * 60_000;
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    const times = Array.from({ length: 120 }, (_, index) => fromMs + index * 15_000);
    const series = (name: string, labels: Record<string, string>, valueAt: (index: number) => number) => ({
      name,
      labels,
      points: times.map((timeMs, index) => ({ timeMs, value: valueAt(index) })),
    });
    const own = [
      ...randomDeployment(1, fromMs, toMs),
      series('vigil_watch_coverage_ratio', { job: 'genesis-tests' }, () => 1),
      series('vigil_check_duration_seconds', { check: 'H01', group: 'health' }, () => 0.1),
      series('process_start_time_seconds', { job: 'genesis-planner' }, (index) => (index < 60 ? 1 : 2)),
      series('ALERTS', { alertstate: 'firing', severity: 'critical', alertname: 'A' }, () => 1),
    ];
    prometheus = await prometheusWith([
      ...own.map((one) => ({ ...one, labels: { ...one.labels, deployment: 'genesis' } })),
      // What another deployment is like is not seen.
      series('up', { job: 'genesis-planner', deployment: 'other' }, () => 0),
    ]);
  });
  afterAll(() => prometheus?.stop());

  const ofGenesis = (expr: string, job = '.*') =>
    expr.replaceAll('$deployment', 'genesis').replaceAll('$job', job);
  const asked = [
    ...both.flatMap((one) =>
      queries(one).map(({ refId, expr }) => ({ name: `${one.title} ${refId}`, expr: ofGenesis(expr) })),
    ),
    ...(board.annotations?.list ?? []).flatMap(({ name, expr }) =>
      expr ? [{ name, expr: ofGenesis(expr) }] : [],
    ),
  ];

  test('every query is of the chosen deployment, which is the one that is watched', () => {
    for (const { expr } of asked) expect.soft(expr).toContain('deployment="genesis"');
    expect(board.templating?.list?.slice(1)).toMatchObject([
      { name: 'deployment', type: 'query', current: { value: 'genesis' } },
      { name: 'job', type: 'query', multi: true, includeAll: true, allValue: '.*' },
    ]);
  });

  test('the chosen job narrows the figures of services, and takes nothing of Vigil or the host away', async () => {
    const answers = async (title: string, job: string) => {
      const expr = ofGenesis(queries(panel(title))[0]?.expr ?? '', job);
      return (await prometheus.range(expr, fromMs, toMs, 15_000)).length;
    };
    expect(await answers('HTDAG Performance', 'genesis-orchestration')).toBe(1);
    expect(await answers('HTDAG Performance', 'none')).toBe(0);
    expect(await answers('Test Pass Rate', 'none')).toBe(1);
    expect(await answers('System Resource Usage', 'none')).toBe(1);
  });

  test.each(asked)('$name has an answer', async ({ expr }) => {
    const results = await prometheus.range(expr, fromMs, toMs, 15_000);
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(({ values }) => [...values.values()]).some(Number.isFinite)).toBe(true);
  });

  test('every panel but the alert list asks something', () => {
    for (const one of panels.slice(0, 12)) expect.soft(queries(one).length).toBeGreaterThan(0);
  });

  test('System Health is 1 while an alert fires, 0 while a service is down, never 2 then', async () => {
    const [health] = await prometheus.range(
      ofGenesis(queries(panel('System Health'))[0]?.expr ?? ''),
      fromMs,
      toMs,
      15_000,
    );
    const [up] = await prometheus.range(
      'min(up{job=~"genesis-.*",deployment="genesis"})',
      fromMs,
      toMs,
      15_000,
    );
    expect(new Set(health?.values.values())).toEqual(new Set([0, 1]));
    for (const [at, value] of health?.values ?? []) expect(value).toBe(up?.values.get(at));
  });
});
