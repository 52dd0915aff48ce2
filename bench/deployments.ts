import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../fixtures/range/spawn-server.ts';
import { family, parseExposition } from '../src/clients/index.ts';
import { benchService } from './support/bench-suite.ts';
import { endChild } from './support/end-child.ts';
import { table } from './support/rounds.ts';
import { treeCpuSeconds, treeMegabytes } from './support/tree-cpu.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));
const seconds = Number(process.argv[2] ?? 600);
const [deployments, probes, everySeconds] = [20, 10, 30];
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const service = await benchService();
const port = await freePort();

const one = {
  services: { api: { url: service.url } },
  probes: Array.from({ length: probes }, (_, index) => ({
    id: `probe-${index}`,
    service: 'api',
    type: 'http',
    url: `/${index}`,
  })),
};
/** Beside them, a suite that never ends, which must cost them nothing. */
const hanging = { suite: { command: ['sh', '-c', 'exec sleep 600'], junit: 'none.xml' } };
const names = Array.from({ length: deployments }, (_, index) => `deployment-${index + 1}`);
writeFileSync(
  path.join(folder, 'vigil.config.json'),
  JSON.stringify({
    interval: `${everySeconds}s`,
    timeout: `${everySeconds - 5}s`,
    concurrency: 2,
    deployments: { ...Object.fromEntries(names.map((name) => [name, one])), hanging },
  }),
);

const child = spawn(process.execPath, [vigil, 'monitor', '--loop', '--port', String(port)], {
  cwd: folder,
  stdio: 'ignore',
});
const pid = child.pid ?? 0;
/** A figure of each deployment, as the port shows it. */
async function figures(metric: string): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const samples = family(parseExposition(text), metric)?.samples ?? [];
  return new Map(samples.map(({ labels, value }) => [labels.deployment ?? '', value]));
}

try {
  // The first slots are spread over an interval, and the first cycle of each has to compile what it runs.
  await sleep(2 * everySeconds * 1000);
  const [before, began] = [treeCpuSeconds(pid), performance.now()];
  const sizes: number[] = [];
  while (performance.now() - began < seconds * 1000) {
    sizes.push(treeMegabytes(pid));
    await sleep(1000);
  }
  const passed = (performance.now() - began) / 1000;
  const cpu = treeCpuSeconds(pid) - before;
  const [due, observed, missed] = await Promise.all(
    ['vigil_watch_slots_due', 'vigil_watch_slots_observed', 'vigil_watch_slots_missed'].map(figures),
  );
  const total = (of: Map<string, number> | undefined) =>
    names.reduce((sum, name) => sum + (of?.get(name) ?? Number.NaN), 0);
  const ran = (passed / everySeconds) * deployments;
  const rows = [
    [
      'resident memory, most and middle',
      `${Math.max(...sizes).toFixed(0)} MB, ${sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)]?.toFixed(0)} MB`,
    ],
    ['CPU of one core', `${((cpu / passed) * 100).toFixed(1)} %`],
    ['CPU of a cycle of ten probes', `${((cpu / ran) * 1000).toFixed(0)} ms`],
    ['slots due, observed', `${total(due)}, ${total(observed)}`],
    ['slots missed', String(total(missed))],
  ];
  process.stdout.write(`${deployments} deployments of ${probes} HTTP probes each every ${everySeconds} s on loopback, on ${os.availableParallelism()} cores, in one process for ${Math.round(passed)} s, beside one whose suite never ends.
The process and all its children.

${table(['', 'measured'], rows)}
`);
} finally {
  await endChild(child);
  service.close();
  rmSync(folder, { recursive: true, force: true });
}
