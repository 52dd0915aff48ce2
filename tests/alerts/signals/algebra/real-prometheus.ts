import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../../fixtures/range/spawn-server.ts';
import { startProgram } from '../../../clients/servers.ts';
import type { NamedSeries } from './random-series.ts';
import { writeRequest } from './remote-write.ts';

const run = promisify(execFile);

function valueText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function openMetrics(all: readonly NamedSeries[]): string {
  const lines = all.flatMap(({ name, labels, points }) => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return points.map(
      ({ timeMs, value }) => `${name}{${pairs.join(',')}} ${valueText(value)} ${timeMs / 1000}`,
    );
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

export interface RangeResult {
  labels: Record<string, string>;
  /** By time in milliseconds. */
  values: Map<number, number>;
}

export interface RealPrometheus {
  write(series: readonly NamedSeries[]): Promise<void>;
  range(query: string, fromMs: number, toMs: number, stepMs: number): Promise<RangeResult[]>;
  stop(): Promise<void>;
}

/** A real Prometheus with these series in its storage; needs Debian's `prometheus`, and says so. */
export async function prometheusWith(series: readonly NamedSeries[]): Promise<RealPrometheus> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vigil-algebra-'));
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('series.om'), openMetrics(series));
  await writeFile(file('prometheus.yml'), 'global: { scrape_interval: 1h }\n');
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file('series.om'), file('data')]).catch(
    (cause: unknown) => {
      throw new Error('promtool is needed; npm run test:all installs it', { cause });
    },
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${file('prometheus.yml')}`,
    `--storage.tsdb.path=${file('data')}`,
    '--storage.tsdb.retention.time=100y',
    '--web.enable-remote-write-receiver',
    `--web.listen-address=${new URL(url).host}`,
  ];
  const program = await startProgram('prometheus', args, `${url}/-/ready`);
  return {
    async write(fresh) {
      const headers = { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' };
      const answer = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        headers,
        body: writeRequest(fresh),
      });
      if (answer.status !== 204) throw new Error(`remote write: ${answer.status} ${await answer.text()}`);
    },
    async range(query, fromMs, toMs, stepMs) {
      const [start, end, step] = [fromMs / 1000, toMs / 1000, stepMs / 1000].map(String) as [
        string,
        string,
        string,
      ];
      const body = new URLSearchParams({ query, start, end, step });
      const answer = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body });
      const { data, error } = (await answer.json()) as {
        error?: string;
        data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
      };
      if (!data) throw new Error(`${query}: ${error}`);
      return data.result.map(({ metric: { __name__: _, ...labels }, values }) => ({
        labels,
        values: new Map(
          values.map(([at, text]) => [Math.round(at * 1000), Number(text.replace('Inf', 'Infinity'))]),
        ),
      }));
    },
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
