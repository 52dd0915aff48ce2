import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../fixtures/range/spawn-server.ts';
import { median } from '../src/core/index.ts';
import { requireProgram } from '../tests/support/programs.ts';
import { endChild } from './support/end-child.ts';
import { table } from './support/rounds.ts';
import { treeCpuSeconds } from './support/tree-cpu.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));
const seconds = Number(process.argv[2] ?? 600);
const [targets, everySeconds, settleSeconds, turnSeconds, faultCount] = [36, 10, 15, 60, 20];
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));

/** What both look at: 36 paths, one of which can be broken; counts what it is asked. */
let asked = 0;
let broken: number | undefined;
const service = createServer((request, response) => {
  asked += 1;
  response.statusCode = request.url === `/${broken}` ? 500 : 200;
  response.end('{"ok":true}');
});
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
const paths = Array.from({ length: targets }, (_, index) => `/${index}`);

const json = async (address: string): Promise<unknown> => (await fetch(address)).json();

interface Contestant {
  pids: number[];
  /** Whether this path is told as a firing alert. */
  isTold(index: number): Promise<boolean>;
  stop(): Promise<void>;
}

const start = (file: string, args: string[], cwd: string) => spawn(file, args, { cwd, stdio: 'ignore' });

async function startVigil(): Promise<Contestant> {
  const cwd = mkdtempSync(path.join(folder, 'vigil-'));
  const port = await freePort();
  writeFileSync(
    path.join(cwd, 'vigil.config.json'),
    JSON.stringify({
      services: { api: { url } },
      interval: `${everySeconds}s`,
      timeout: '8s',
      sampleInterval: `${everySeconds}s`,
      probes: paths.map((one, index) => ({ id: `probe-${index}`, service: 'api', type: 'http', url: one })),
    }),
  );
  const child = start(process.execPath, [vigil, 'monitor', '--loop', '--port', String(port)], cwd);
  return {
    pids: [child.pid ?? 0],
    async isTold(index) {
      const { open } = (await json(`http://127.0.0.1:${port}/api/alerts`)) as {
        open: { status: string; labels: { check?: string } }[];
      };
      return open.some(({ status, labels }) => status === 'firing' && labels.check === `probe-${index}`);
    },
    stop: () => endChild(child),
  };
}

async function startBlackbox(): Promise<Contestant> {
  const cwd = mkdtempSync(path.join(folder, 'blackbox-'));
  const [port, exporterPort] = [await freePort(), await freePort()];
  writeFileSync(path.join(cwd, 'blackbox.yml'), 'modules: { http: { prober: http, timeout: 5s } }\n');
  writeFileSync(
    path.join(cwd, 'rules.yml'),
    'groups: [{ name: probes, rules: [{ alert: Down, expr: probe_success == 0 }] }]\n',
  );
  writeFileSync(
    path.join(cwd, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: `${everySeconds}s`, evaluation_interval: `${everySeconds}s` },
      rule_files: ['rules.yml'],
      scrape_configs: [
        {
          job_name: 'probes',
          metrics_path: '/probe',
          params: { module: ['http'] },
          static_configs: [{ targets: paths.map((one) => `${url}${one}`) }],
          relabel_configs: [
            { source_labels: ['__address__'], target_label: '__param_target' },
            { source_labels: ['__param_target'], target_label: 'instance' },
            { target_label: '__address__', replacement: `127.0.0.1:${exporterPort}` },
          ],
        },
      ],
    }),
  );
  const listen = (on: number) => `--web.listen-address=127.0.0.1:${on}`;
  const children = [
    start(
      requireProgram('prometheus-blackbox-exporter'),
      ['--config.file=blackbox.yml', listen(exporterPort)],
      cwd,
    ),
    start(
      requireProgram('prometheus'),
      ['--config.file=prometheus.yml', '--storage.tsdb.path=data', listen(port)],
      cwd,
    ),
  ];
  return {
    pids: children.map(({ pid = 0 }) => pid),
    async isTold(index) {
      const { data } = (await json(`http://127.0.0.1:${port}/api/v1/alerts`)) as {
        data: { alerts: { state: string; labels: { instance: string } }[] };
      };
      return data.alerts.some(
        ({ state, labels }) => state === 'firing' && labels.instance === `${url}/${index}`,
      );
    },
    async stop() {
      await Promise.all(children.map(endChild));
    },
  };
}

/** One turn: what it costs while all is well. */
async function turn(begin: () => Promise<Contestant>) {
  const contestant = await begin();
  const cpu = () => contestant.pids.reduce((sum, pid) => sum + treeCpuSeconds(pid), 0);
  try {
    await sleep(settleSeconds * 1000);
    const [before, askedBefore] = [cpu(), asked];
    await sleep(turnSeconds * 1000);
    const [used, probed] = [cpu() - before, asked - askedBefore];
    if (probed < targets) throw new Error(`only ${probed} requests in ${turnSeconds} s`);
    return { perProbeMs: (used / probed) * 1000, probed };
  } finally {
    await contestant.stop();
  }
}

/** Seconds until it tells that this path is broken. */
async function toldAfter(contestant: Contestant, index: number): Promise<number> {
  const beganMs = performance.now();
  while (!(await contestant.isTold(index))) {
    if (performance.now() - beganMs > 120_000) throw new Error('the fault was not told within two minutes');
    await sleep(50);
  }
  return (performance.now() - beganMs) / 1000;
}

/** The same faults for all at once, each of another path and at another moment of their intervals: seconds until each told it. */
async function faults(begin: readonly (() => Promise<Contestant>)[]): Promise<number[][]> {
  const all = await Promise.all(begin.map((one) => one()));
  try {
    await sleep(settleSeconds * 1000);
    const told: number[][] = all.map(() => []);
    for (let fault = 0; fault < faultCount; fault += 1) {
      await sleep((everySeconds * 1000 * fault) / faultCount);
      broken = fault;
      const after = await Promise.all(all.map((one) => toldAfter(one, fault)));
      for (const [index, seconds] of after.entries()) told[index]?.push(seconds);
    }
    return told;
  } finally {
    await Promise.all(all.map((one) => one.stop()));
  }
}

const contestants = {
  'Vigil, probes in its loop': startVigil,
  'blackbox exporter and Prometheus': startBlackbox,
};
const rounds = Math.max(1, Math.round(seconds / (2 * turnSeconds)));
const taken = new Map<string, Awaited<ReturnType<typeof turn>>[]>();
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, begin] of Object.entries(contestants)) {
      taken.set(name, [...(taken.get(name) ?? []), await turn(begin)]);
    }
  }
  const told = await faults(Object.values(contestants));
  const perProbe = [...taken.values()].map((turns) => median(turns.map(({ perProbeMs }) => perProbeMs)));
  const rows = [...taken].map(([name, turns], index) => [
    name,
    String(turns.reduce((sum, { probed }) => sum + probed, 0)),
    `${perProbe[index]?.toFixed(2)} ms`,
    `${median(told[index] ?? []).toFixed(1)} s`,
    `${Math.max(...(told[index] ?? [])).toFixed(1)} s`,
  ]);
  const ratio = ([own = Number.NaN, other = Number.NaN]: readonly number[]): string =>
    (own / other).toFixed(2);
  process.stdout.write(`The same ${targets} loopback HTTP targets every ${everySeconds} s. CPU of all processes, in ${rounds} turns of ${turnSeconds} s each, one after the other, the first ${settleSeconds} s left out; then ${faultCount} faults that both see at once. Medians.

${table(['', 'probes', 'CPU of a probe', 'from fault to alert', 'the slowest'], rows)}

Vigil to the others: CPU of a probe ${ratio(perProbe)}, from fault to alert ${ratio(told.map((one) => median(one)))}.
`);
} finally {
  service.closeAllConnections();
  service.close();
  rmSync(folder, { recursive: true, force: true });
}
