import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openHistoryReader } from '../src/history/index.ts';
import { countsOf } from '../tests/history/counts.ts';
import { benchService, benchSuites } from './support/bench-suite.ts';
import { endChild } from './support/end-child.ts';
import { table } from './support/rounds.ts';
import { treeCpuSeconds } from './support/tree-cpu.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));
const seconds = Number(process.argv[2] ?? 120);
const daySeconds = 86_400;
const cadences = [
  ['5 min', 300],
  ['1 min', 60],
  ['10 s', 10],
] as const;
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const service = await benchService();
const suites = benchSuites(service.url);

interface Loop {
  child: ChildProcess;
  pid: number;
  cpuSeconds(): number;
  cycles(): number;
}

/** A loop of the command itself, in a folder of its own. */
function startLoop(name: string, interval: string, suite: object): Loop {
  const own = path.join(folder, name);
  const reports = path.join(own, 'reports');
  mkdirSync(own);
  writeFileSync(
    path.join(own, 'vigil.config.mjs'),
    `export default ${JSON.stringify({ target: { url: service.url }, timeout: '9s', suite: { root: suites.vitest, ...suite } })};`,
  );
  const args = ['monitor', '--loop', '--interval', interval, '--port', '0', '--reports', reports];
  const child = spawn(process.execPath, [vigil, ...args], { cwd: own, stdio: 'ignore' });
  const pid = child.pid ?? 0;
  return {
    child,
    pid,
    cpuSeconds: () => treeCpuSeconds(pid),
    cycles() {
      if (!existsSync(path.join(reports, 'vigil.sqlite'))) return 0;
      const reader = openHistoryReader({ file: path.join(reports, 'vigil.sqlite') });
      try {
        return countsOf(reader).cycles;
      } finally {
        reader.close();
      }
    },
  };
}

const suiteKinds = { 'a child per cycle': {}, '`suite.standby`': { standby: true } };
const pairs = Object.entries(suiteKinds).map(([name, suite], index) => ({
  name,
  idle: startLoop(`idle-${index}`, '1h', suite),
  busy: startLoop(`busy-${index}`, '10s', suite),
}));
try {
  const all = pairs.flatMap(({ idle, busy }) => [idle, busy]);
  for (let waited = 0; all.some((loop) => loop.cycles() === 0); waited += 1) {
    if (waited === 60) throw new Error('a loop has no first cycle after a minute');
    await sleep(1000);
  }
  await sleep(15_000); // what only a first cycle does, and the start of the process that waits
  const read = () =>
    pairs.map(({ idle, busy }) => ({
      idle: idle.cpuSeconds(),
      busy: busy.cpuSeconds(),
      cycles: busy.cycles(),
    }));
  const [before, began] = [read(), performance.now()];
  await sleep(seconds * 1000);
  const [after, ms] = [read(), performance.now() - began];
  const costs = pairs.map(({ name }, index) => {
    const [first, last] = [before[index], after[index]];
    if (!first || !last) throw new Error(`nothing was measured of ${name}`);
    const cycles = last.cycles - first.cycles;
    if (cycles < 2) throw new Error(`only ${cycles} cycles ran in ${Math.round(ms / 1000)} s with ${name}`);
    const idleShare = (last.idle - first.idle) / (ms / 1000);
    const cycle = (last.busy - first.busy - idleShare * (ms / 1000)) / cycles;
    return { name, cycles, idleShare, cycle };
  });
  const rows = cadences.flatMap(([cadence, every]) =>
    costs.map(({ name, idleShare, cycle }) => {
      const perDay = idleShare * daySeconds + (cycle * daySeconds) / every;
      return [
        `every ${cadence}, ${name}`,
        `${((cycle * daySeconds) / every).toFixed(0)} s`,
        `${(idleShare * daySeconds).toFixed(0)} s`,
        `${perDay.toFixed(0)} s`,
        `${((perDay / daySeconds) * 100).toFixed(2)} %`,
      ];
    }),
  );
  const measured = costs.map(({ name, cycles, idleShare, cycle }) => [
    name,
    String(cycles),
    `${cycle.toFixed(3)} s`,
    `${(idleShare * 1000).toFixed(1)} ms/s`,
  ]);
  process.stdout.write(`Four loops of the command at once on 36 loopback HTTP checks in 5 files, for ${Math.round(ms / 1000)} s: one with a cycle every 10 s and one with none,
for each way to run the suite. CPU of the process and all its children, those that wait included; a cycle is what the busy loop took beyond the idle one.

${table(['measured', 'cycles', 'CPU of a cycle', 'CPU between cycles'], measured)}

CPU per day by these figures: a calculation, cycle × cycles per day + idle × 86,400 s. It was not measured over a day.

${table(['a day', 'cycles', 'between them', 'together', 'of one core'], rows)}
`);
} finally {
  for (const { child } of pairs.flatMap(({ idle, busy }) => [idle, busy])) await endChild(child);
  service.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(suites.vitest), { recursive: true, force: true });
}
