import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnPrometheus } from '../../fixtures/range/prometheus.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import type { History } from '../../src/history/history.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { answerOn } from '../../src/release/gate/gate.ts';
import { prometheusEvidence } from '../../src/release/gate/prometheus/prometheus-evidence.ts';
import { gateSetup } from '../../src/release/gate/setup.ts';
import { limitsHash } from '../../src/suite/identity/criteria.ts';
import { httpServer } from '../clients/servers.ts';

const second = 1000;
const minute = 60_000;
export const targetId = 'http://target';

/** A series over the last 70 minutes: its value at a time, or nothing. */
export interface PlannedSeries {
  name: string;
  labels: Record<string, string>;
  at: (timeMs: number) => number | undefined;
}

const bounds = ['0.01', '0.05', '0.1', '0.2', '1', '+Inf'];

/** The catalogue of the Vigil that watches. */
const checks = Array.from({ length: 36 }, (_, index) => `X${String(index + 1).padStart(2, '0')}`);

/** What a Prometheus holds of a healthy release and of the Vigil that watches it. */
export function greenSeries(nowMs: number): PlannedSeries[] {
  const own = { job: 'genesis-tests', instance: 'vigil:8002' };
  const traffic = { job: 'genesis-orchestration', instance: 'target:8000' };
  const constant = (value: number) => () => value;
  const startMs = nowMs - 70 * minute;
  // A cycle every five minutes; what is shown is the end of the last one.
  const ended = (timeMs: number) =>
    (nowMs - minute - Math.ceil((nowMs - minute - timeMs) / (5 * minute)) * 5 * minute) / 1000;
  const operations = (timeMs: number) => 1000 + ((timeMs - startMs) / 1000) * 8;
  const series = (name: string, labels: Record<string, string>, at: PlannedSeries['at']) => ({
    name,
    labels,
    at,
  });
  return [
    series(
      'vigil_watch_info',
      { ...own, target: targetId, name: 'Genesis', thresholds: limitsHash(thresholds) },
      constant(1),
    ),
    series('vigil_suite_info', { ...own, suite: 'aaaaaaaaaaaaaaaa' }, constant(1)),
    series('vigil_release_info', { ...own, service: 'api', release: 'v2' }, constant(1)),
    series('vigil_watch_interval_seconds', own, constant(300)),
    series('vigil_catalogue_checks', own, constant(checks.length)),
    series('vigil_last_cycle_timestamp_seconds', own, ended),
    series('vigil_cycle_problems', own, constant(0)),
    ...checks.map((check) => series('vigil_check_status', { ...own, check }, constant(1))),
    series('vigil_sentinel_timestamp_seconds', own, constant((nowMs - 30 * minute) / 1000)),
    series('vigil_sentinel_travel_seconds', own, constant(0.9)),
    ...['received', 'missing'].map((state) =>
      series('vigil_sentinel_state', { ...own, state }, constant(state === 'received' ? 1 : 0)),
    ),
    series('up', own, constant(1)),
    series('up', traffic, constant(1)),
    series('up', { ...traffic, job: 'genesis-planner' }, constant(1)),
    series('genesis_operations_total', traffic, operations),
    series('genesis_errors_total', { ...traffic, category: 'internal' }, constant(0)),
    ...bounds.map((le) =>
      series('genesis_operation_duration_seconds_bucket', { ...traffic, le }, (timeMs) =>
        Number(le.replace('+Inf', 'Infinity')) >= 0.05 ? operations(timeMs) : 0,
      ),
    ),
    series('genesis_operation_duration_seconds_count', traffic, operations),
    series('ALERTS', { alertname: 'Watchdog', alertstate: 'firing', severity: 'none' }, constant(1)),
    series('deployment:up:probes', {}, constant(1)),
  ];
}

function openMetrics(planned: readonly PlannedSeries[], nowMs: number): string {
  const lines: string[] = [];
  for (const { name, labels, at } of planned) {
    const told = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    for (let timeMs = nowMs - 70 * minute; timeMs <= nowMs; timeMs += 15 * second) {
      const value = at(timeMs);
      if (value !== undefined) lines.push(`${name}{${told.join(',')}} ${value} ${timeMs / 1000}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

/** A real Prometheus that holds these series, up to `nowMs`. */
export async function startStore(planned: readonly PlannedSeries[], nowMs: number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-store-'));
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const [samples, config] = ['samples', 'prometheus.yml'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  writeFileSync(samples, openMetrics(planned, nowMs));
  writeFileSync(config, '{}');
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', samples, data], { stdio: 'pipe' });
  const server = await spawnPrometheus(config, data);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the API answers, as JSON. */
export interface Said {
  status: string;
  warnings?: string[];
  isPartial?: boolean;
  data?: { resultType: string; result: unknown };
}

export interface StoredSeries {
  metric: Record<string, string>;
  value?: [number, unknown];
  values?: [number, unknown][];
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of request) text += part;
  return text;
};

/** The store with somebody in between who changes what it answers to a query. */
export function liar(url: string, change: (query: string, said: Said) => unknown): Promise<string> {
  return httpServer(async (request, response) => {
    const body = await bodyOf(request);
    const answer = await fetch(url + (request.url ?? ''), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const said = (await answer.json()) as Said;
    const changed = change(new URLSearchParams(body).get('query') ?? '', said) ?? said;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(changed));
  });
}

/** Changes every series that a query was answered with. */
export const eachSeries =
  (of: RegExp, change: (series: StoredSeries) => StoredSeries[]) => (query: string, said: Said) => {
    const result = said.data?.resultType === 'scalar' ? undefined : said.data?.result;
    if (of.test(query) && Array.isArray(result))
      (said.data as { result: unknown }).result = (result as StoredSeries[]).flatMap((series) =>
        change(series),
      );
  };

/** The value of a series at every time; an instant and a range alike. */
export const valued = (
  series: StoredSeries,
  to: (value: unknown, seconds: number) => unknown,
): StoredSeries => ({
  ...series,
  ...(series.value && { value: [series.value[0], to(series.value[1], series.value[0])] }),
  ...(series.values && { values: series.values.map(([at, value]) => [at, to(value, at)]) }),
});

/** A release that was deployed an hour ago, and asked for its first stage now. */
export function openLedger(nowMs: number): { ledger: History; close(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-ledger-'));
  const ledger = openHistory({ file: path.join(folder, 'vigil.sqlite'), now: () => new Date(nowMs) });
  ledger.recordDeployment({ timeMs: nowMs - 60 * minute, release: 'v2' });
  return {
    ledger,
    close() {
      ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const config = validateConfig({ rollout: { plan: [{ percent: 25, after: '45m' }] } }, 'a test');

/** What the gate says on a store: its verdict, and what is not met. */
export async function askedOf(url: string, ledger: History, nowMs: number, scrapeIntervalMs?: number) {
  const setup = gateSetup(config, targetId);
  const evidence = await prometheusEvidence(ledger, { url, quorum: 1, scrapeIntervalMs }, setup, 25, nowMs);
  const { decision } = answerOn(evidence, setup, { to: 25, askedBy: 'a test', via: 'command' });
  const open = Object.fromEntries(
    decision.conditions.filter(({ outcome }) => outcome !== 'pass').map(({ id, detail }) => [id, detail]),
  );
  return { verdict: decision.verdict, open, decision };
}
